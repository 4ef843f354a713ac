import { VariantError } from '@dapr-perf/errors'
import type { Block, VariantName, VariantOfBlock } from '../model/block.js'
import type { Check } from '../model/check.js'
import type { LoadResult } from '../model/load.js'
import type { SidecarCounters } from '../platforms/platform.js'
import { summarize, valueAt } from '../statistics/summary.js'

/** What is measured in a block. */
export interface Measured
  extends Pick<
    Block,
    'startedFirst' | 'loadedFirst' | 'slices' | 'sliceSeconds' | 'machine' | 'cpuSource' | 'variants'
  > {
  stealPercent: number | undefined
  /** The loads of each variant. */
  loads: Record<VariantName, LoadResult[]>
  /** With the engine's own output, in the folder of the case. */
  files: string[]
}

/** What a variant did in its loads, and what its sidecars used from the first counters to the second. */
export function figuresOf(
  loads: LoadResult[],
  before: SidecarCounters,
  after: SidecarCounters,
): VariantOfBlock {
  const summary = summarize(loads.map((result) => ({ result, usage: {} })))
  const { requests, achievedRate, outcomes, mean, due, sentInTime, responseTime, late, generatorDelay } =
    summary
  return {
    requests,
    achievedRate,
    outcomes,
    mean,
    p50: valueAt(50, summary),
    p90: valueAt(90, summary),
    p99: valueAt(99, summary),
    due,
    sentInTime,
    meanResponseTime: responseTime?.mean,
    latePercent: late?.percent,
    generatorDelayP99Ms: (generatorDelay && valueAt(99, generatorDelay)) ?? undefined,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
    ownCpuSeconds: between(before.ownCpuSeconds, after.ownCpuSeconds),
    allocations: between(before.allocations, after.allocations),
    allocatedBytes: between(before.allocatedBytes, after.allocatedBytes),
    anonymousBytes: after.anonymousBytes,
    involuntarySwitches: between(before.involuntarySwitches, after.involuntarySwitches),
  }
}

const between = (before: number | undefined, after: number | undefined) =>
  before === undefined || after === undefined ? undefined : after - before

/** @throws VariantError for the first check that failed */
export function throwIfFailed(name: VariantName, checks: Check[]): void {
  const failed = checks.find(({ passed }) => !passed)
  if (failed) throw new VariantError(name, `${failed.name}: ${failed.detail}`)
}
