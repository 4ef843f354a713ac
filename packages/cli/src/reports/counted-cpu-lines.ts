import { type Block, differingCpu } from 'perf-sdk/runner'
import pc from 'picocolors'

/** Where a variant's CPU time is more than what daprd itself used of it. */
export function countedCpuLines(blocks: Block[]): string[] {
  return (['a', 'b'] as const).flatMap((name) => {
    const found = differingCpu(name, blocks)
    if (!found) return []
    const requests = blocks.reduce((sum, { variants }) => sum + variants[name].requests, 0)
    const ofRequest = (seconds: number) => `${((seconds / requests) * 1000).toPrecision(3)} ms`
    return pc.yellow(
      `! The processes of ${name.toUpperCase()}'s sidecars used ${ofRequest(found.counted)} of CPU per request, daprd itself ` +
        `${ofRequest(found.own)} of that by its own metric: the rest, such as of a script or a profiler, counts as ${name.toUpperCase()}'s`,
    )
  })
}
