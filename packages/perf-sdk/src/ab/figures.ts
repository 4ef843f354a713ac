import { VariantError } from '@dapr-perf/errors'
import type { LoadResult } from '../load-engine/load-engine.js'
import type { SidecarCounters } from '../platforms/variants.js'
import type { Check } from '../results/schema.js'
import { summarize } from '../statistics/summary.js'
import type { Block, VariantName, VariantOfBlock } from './schema.js'

/** What is measured in a block. */
export interface Measured
  extends Pick<Block, 'startedFirst' | 'loadedFirst' | 'slices' | 'sliceSeconds' | 'cpuSource' | 'variants'> {
  stealPercent: number | undefined
}

/** What a variant did in its loads, and what its sidecars used from the first counters to the second. */
export function figuresOf(
  loads: LoadResult[],
  before: SidecarCounters,
  after: SidecarCounters,
): VariantOfBlock {
  const { requests, achievedRate, outcomes, mean, percentiles, responseTime, late } = summarize(
    loads.map((result) => ({ result, usage: {} })),
  )
  const at = (percentile: number) => percentiles.find((one) => one.percentile === percentile)?.value ?? null
  return {
    requests,
    achievedRate,
    outcomes,
    mean,
    p50: at(50),
    p90: at(90),
    p99: at(99),
    meanResponseTime: responseTime?.mean,
    latePercent: late?.percent,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
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
