import type { Platform } from '../platforms/platform.js'
import { cpuLimit } from '../process/cpu-limit.js'
import type { Observations } from '../results/observations.js'

/** Of the time, how long a processor may be kept from running without it being told. */
const leastShare = 0.01

/**
 * Watches whether this process's control group uses up the part of the processors that it may use, as in a container with a limit.
 *
 * @returns a function that says what is to be said of the time until then; undefined if nothing is
 */
export function watchThrottling(limitNow = cpuLimit): () => string | undefined {
  const before = limitNow()
  const started = performance.now()
  return () => {
    const after = limitNow()
    if (!before || !after) return undefined
    const throttled = after.throttledSeconds - before.throttledSeconds
    if (throttled < (leastShare * (performance.now() - started)) / 1000) return undefined
    return (
      `programs here may use ${after.cores} cores (a limit of the control group, as of a container), and used them up: ` +
      `processors were kept from running for ${throttled.toFixed(1)} s, which may be in the latencies. Raise the limit, or lower --qps`
    )
  }
}

/** Measures, and records what is to be said of this machine's limit meanwhile. In a cluster the limit of this process says nothing. */
export async function warnIfThrottled<T>(
  platform: Platform['name'],
  observations: Observations,
  measure: () => Promise<T>,
): Promise<T> {
  const throttledSince = watchThrottling()
  const measured = await measure()
  const what = platform === 'local' ? throttledSince() : undefined
  if (what !== undefined) await observations.add({ kind: 'warning', what })
  return measured
}
