import { InputError } from '@dapr-perf/errors'
import type { Block, VariantName } from '../model/block.js'

/** More than these can differ by: daprd's metric counts hundredths of a second, and is read at another moment. */
const leastShare = 0.1
const leastSeconds = 0.05

/** What a variant's sidecars used in blocks, in seconds. */
export interface CountedCpu {
  /** All that was counted: the processes that were started as its sidecars, and those that they started. */
  counted: number
  /** By daprd's own metric. */
  own: number
}

/**
 * The CPU time of a variant in some blocks, where what was counted differs from what daprd itself says: more where a sidecar
 * is started with something else beside it (a script, a profiler), less where it does not run below the process that was
 * started (as with `docker run`). Undefined where both agree, and where daprd's metric is not known.
 */
export function differingCpu(name: VariantName, blocks: Pick<Block, 'variants'>[]): CountedCpu | undefined {
  const found = { counted: 0, own: 0 }
  for (const { variants } of blocks) {
    const { cpuSeconds, ownCpuSeconds } = variants[name]
    if (ownCpuSeconds === undefined) return undefined
    found.counted += cpuSeconds
    found.own += ownCpuSeconds
  }
  const difference = Math.abs(found.counted - found.own)
  return difference > Math.max(leastShare * found.own, leastSeconds) ? found : undefined
}

/** @throws InputError if a variant uses its CPU time elsewhere than where it is counted */
export function throwIfCpuIsElsewhere(block: Pick<Block, 'variants'>): void {
  for (const name of ['a', 'b'] as const) {
    const found = differingCpu(name, [block])
    if (!found || found.counted > found.own) continue
    const { counted, own } = found
    throw new InputError(
      `the sidecars of ${name.toUpperCase()} used ${own.toFixed(2)} s of CPU by their own metric process_cpu_seconds_total, ` +
        `and the processes that were started for them only ${counted.toFixed(2)} s: ` +
        'name daprd itself, or a script that ends in exec daprd "$@"',
    )
  }
}
