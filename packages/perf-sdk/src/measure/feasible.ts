import { InputError } from '@dapr-perf/errors'
import { parseGoDuration } from '@dapr-perf/tester/go-duration'
import type { Params } from '../description/params.js'
import { rateOf, type Target } from '../description/target.js'

const leastSeconds = 0.1
const defaultRounds = 6
const leastSecondsByDefault = 1

/**
 * Checks that the loads can be what is asked for: long enough, and with a request for each connection.
 *
 * @param targets by variant
 * @throws InputError that names the values, and what to change
 */
export function checkFeasible(
  { qps, connections, duration }: Params,
  rounds: number,
  targets: Record<string, Target>,
): void {
  const seconds = (parseGoDuration(duration) as number) / rounds
  const asked = `${duration} in ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`
  if (seconds < leastSeconds)
    throw new InputError(
      `${asked}: each load would last ${Number((seconds * 1000).toFixed(1))} ms, and ${leastSeconds * 1000} ms is the least: ` +
        'choose a longer --duration or fewer --rounds',
    )
  for (const [variant, target] of Object.entries(targets)) {
    const rate = rateOf(target, qps)
    if (rate === 0) continue
    const requests = Math.round(rate * seconds)
    if (requests < connections)
      throw new InputError(
        `${variant}: ${asked} at ${rate} qps: each load has ${requests} requests for ${connections} connections, and some ` +
          'would have none: choose a longer --duration, a higher --qps, or fewer --rounds or --connections',
      )
  }
}

/**
 * How many rounds a measurement has unless it is said: 6, or 1 where its loads would be shorter than 1 s or could not be
 * made. More rounds of the same total time tell the noise, and drift affects them less.
 */
export function roundsFor(params: Params, targets: Record<string, Target>): number {
  const seconds = (parseGoDuration(params.duration) as number) / defaultRounds
  if (seconds < leastSecondsByDefault) return 1
  try {
    checkFeasible(params, defaultRounds, targets)
    return defaultRounds
  } catch {
    return 1
  }
}
