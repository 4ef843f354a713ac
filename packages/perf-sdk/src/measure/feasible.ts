import { InputError } from '@dapr-perf/errors'
import { parseGoDuration } from '@dapr-perf/tester/go-duration'
import type { Params } from '../case/params.js'
import { rateOf, type Target } from '../case/target.js'
import { leastShareOfRate } from '../checks/loads.js'

const leastSeconds = 0.1
const leastPerConnection = 2
const defaultRounds = 6
const leastSecondsByDefault = 1
/** Closer to the least share of the rate, its check would fail for a trifle. */
const leastShareByDefault = 0.998

/**
 * Checks that the loads can be what is asked for: all connections take part, each with the same whole number of requests,
 * and these make up the target rate.
 *
 * @param targets by variant
 * @param leastShare of the target rate
 * @throws InputError that names the values, and what to change
 */
export function checkFeasible(
  { qps, connections, duration }: Params,
  rounds: number,
  targets: Record<string, Target>,
  leastShare = leastShareOfRate,
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
    const requests = Math.floor(rate * seconds + 1e-9)
    const each = Math.floor(requests / connections)
    const load = `${variant}: ${asked} at ${rate} qps: each load has ${requests} requests for ${connections} connections`
    if (each < leastPerConnection)
      throw new InputError(
        `${load}, and each connection needs at least ${leastPerConnection}: choose a longer --duration, a higher --qps, ` +
          'or fewer --rounds or --connections',
      )
    if (each * connections <= leastShare * rate * seconds)
      throw new InputError(
        `${load}, and each connection sends equally many, ${each}: that is only ` +
          `${(((each * connections) / (rate * seconds)) * 100).toFixed(1)} % of the target rate. Choose a longer --duration, ` +
          'or --connections by which the number of requests can be divided',
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
    checkFeasible(params, defaultRounds, targets, leastShareByDefault)
    return defaultRounds
  } catch {
    return 1
  }
}
