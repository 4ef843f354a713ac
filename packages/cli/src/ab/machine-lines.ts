import { type Block, muchByOthersShare, nearlySaturatedShare } from 'perf-sdk/runner'
import pc from 'picocolors'

/** What of the machine may limit the answer. */
export function machineLines(blocks: Block[]): string[] {
  const machines = blocks.flatMap(({ machine }) => machine ?? [])
  const cores = machines[0]?.cores ?? 0
  const ofAll = machines.reduce((sum, { seconds }) => sum + cores * seconds, 0)
  const busy = machines.reduce((sum, { busySeconds }) => sum + busySeconds, 0) / ofAll
  const others = machines.reduce((sum, { othersSeconds = 0 }) => sum + othersSeconds, 0) / ofAll
  return [
    ...(busy > nearlySaturatedShare
      ? [
          `the machine was ${(busy * 100).toFixed(0)} % busy: nearly saturated, so most of the latency is queueing`,
        ]
      : []),
    ...(others > muchByOthersShare
      ? [`other processes used ${(others * cores).toFixed(1)} of ${cores} cores during the loads`]
      : []),
  ].map((text) => pc.yellow(`! ${text}`))
}
