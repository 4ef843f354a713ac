import { endAfter, InputError } from '@dapr-perf/errors'
import { parseGoDuration } from '@dapr-perf/tester/go-duration'
import { acquireAppExternalURL, httpGetNTimes } from '../case/ingress.js'
import type { TestContext } from '../case/test-context.js'
import { testerName } from '../description/apps.js'
import type { Params } from '../description/params.js'
import { rateOf, type Target } from '../description/target.js'
import type { MeasuredLoad, Measurement } from '../model/measurement.js'
import { checkFeasible } from './feasible.js'

const healthChecks = 60
const warmUpRate = 100
const longestWarmUpSeconds = 10

/**
 * Loads the targets in turn, after a warm-up of each. The order is reversed from round to round, so that a drift of the
 * machine's speed affects all of them alike.
 *
 * Each target is loaded for the parameters' duration, split evenly over the rounds. The warm-up is the Go suite's,
 * 100 requests per second for 10 s, but no longer than a sixth of the duration. It also shows how large responses are.
 *
 * @param targets by variant; the others will be compared with the first
 * @param params override the case's
 * @throws InputError if the name or target of a variant is invalid or its loads can't be made, DaprPerfError if a load fails or an app dies during it
 */
export async function measure(
  test: TestContext,
  targets: Record<string, Target>,
  params = test.params,
): Promise<Measurement> {
  const { rounds } = test
  checkTargets(targets)
  checkFeasible(params, rounds, targets)
  const variants = Object.keys(targets)
  const measurement: Measurement = { targets, loads: [], sent: {}, warmUpBodyBytes: {} }
  await httpGetNTimes(test, await acquireAppExternalURL(test, testerName), healthChecks)
  const seconds = parseGoDuration(params.duration) as number

  for (const [variant, target] of Object.entries(targets)) {
    const limit = rateOf(target, params.qps) || warmUpRate
    const { sent, bodyBytes } = await test.load(target, {
      what: 'warm-up',
      variant,
      seconds: Math.min(longestWarmUpSeconds, seconds / 6),
      rate: Math.min(warmUpRate, limit),
      responseBytes: 'unknown',
      params,
    })
    measurement.sent[variant] = sent
    if (bodyBytes) measurement.warmUpBodyBytes[variant] = bodyBytes
  }

  for (let round = 1; round <= rounds; round++) {
    for (const variant of inOrderOf(round, variants)) {
      const load = await measureLoad(test, targets[variant] as Target, {
        variant,
        round,
        seconds: seconds / rounds,
        responseBytes: measurement.warmUpBodyBytes[variant]?.max,
        params,
      })
      measurement.loads.push(load)
      measurement.sent[variant] = (measurement.sent[variant] ?? 0) + load.result.sent
    }
  }
  return measurement
}

/** Variant names are part of file names, and must keep their order in the object, which integer keys would not. */
function checkTargets(targets: Record<string, Target>): void {
  if (Object.keys(targets).length === 0)
    throw new InputError(
      "measure: there is no target: expected one at least, such as target.invoke('testapp', 'test')",
    )
  for (const [variant, target] of Object.entries(targets)) {
    if (!/^[a-zA-Z][\w-]*$/.test(variant))
      throw new InputError(
        `variant ${variant}: expected a name of letters, digits, - and _, for example dapr`,
      )
    if (typeof target?.kind !== 'string')
      throw new InputError(`variant ${variant}: expected a target, such as target.invoke('testapp', 'test')`)
  }
}

/** The variants, in reverse order in every other round: A B, B A, A B, … */
export const inOrderOf = (round: number, variants: string[]) =>
  round % 2 === 1 ? variants : variants.toReversed()

interface LoadOfRound {
  variant: string
  round: number
  seconds: number
  responseBytes: number | undefined
  params: Params
}

async function measureLoad(test: TestContext, target: Target, options: LoadOfRound): Promise<MeasuredLoad> {
  const { variant, round } = options
  const stopUsage = await test.startUsage()
  const startedAt = new Date()
  const result = await test
    .load(target, { what: 'load', ...options })
    .catch((error) => endAfter(error, stopUsage))
  return test.keep({ variant, round, startedAt, result, usage: await stopUsage() })
}
