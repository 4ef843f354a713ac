import { DaprPerfError } from '@dapr-perf/errors'
import { mostGeneratorDelayMs } from '../checks/limits.js'
import type { Check } from '../model/check.js'

/** @throws DaprPerfError if the load generator itself was too late, which is the fault of neither variant */
export function throwIfGeneratorWasLate(ofLoads: Check[]): void {
  const failed = ofLoads.find(({ id, passed }) => id.endsWith('.generator') && !passed)
  if (!failed) return
  throw new DaprPerfError(
    `the load generator was the limit: it was late by itself by ${failed.detail} of a block's requests, and ` +
      `${mostGeneratorDelayMs} ms is the most. Stop other programs, or lower --qps`,
  )
}
