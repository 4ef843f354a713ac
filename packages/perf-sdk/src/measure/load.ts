import { DaprPerfError } from '../errors.js'
import type { Platform } from '../platforms/platform.js'
import type { TestContext } from '../runner/test-context.js'
import { type FortioResult, parseFortioResult } from './fortio-result.js'
import { runLoad, type TestParameters } from './tester-client.js'

/** Where a load goes, and what of it differs from the test's parameters. */
export type Target = Pick<TestParameters, 'targetEndpoint'> &
  Partial<TestParameters> & {
    /** How many events a request publishes, where the times of single events are of interest. */
    eventsPerRequest?: number
  }

export interface LoadOptions {
  /** What users call it. */
  what: string
  seconds: number
  /** Other than the target's or the test's. */
  qps?: number
  connections?: number
}

/** What came of a load. */
export interface Load {
  requestedQps: number
  result: FortioResult
  /** fortio's own JSON. */
  text: string
  /** Its requests, and the one with which fortio tries each new connection. */
  requestsMade: number
}

/**
 * Has tester make one load.
 *
 * @throws DaprPerfError where it fails
 */
export async function load(test: TestContext, target: Target, options: LoadOptions): Promise<Load> {
  const { params, platform, signal } = test
  const { eventsPerRequest: _, ...own } = target
  const parameters: TestParameters = {
    qps: params.qps,
    payload: params.payload,
    payloadSizeKB: params.payloadSize,
    ...own,
    ...(own.dapr && { dapr: withNames(own.dapr, platform) }),
    targetEndpoint: platform.resolveURL(own.targetEndpoint, 'tester'),
    clientConnections: options.connections ?? params.connections,
    testDuration: formatGoDuration(options.seconds),
  }
  if (options.qps !== undefined) parameters.qps = options.qps
  test.report({ kind: 'load', what: options.what, seconds: options.seconds })
  try {
    const testerURL = await test.acquireAppExternalURL('tester')
    const text = await runLoad(testerURL, platform.testerToken, parameters, signal)
    const result = parseFortioResult(text)
    const requestsMade = result.DurationHistogram.Count + parameters.clientConnections
    return { requestedQps: parameters.qps, result, text, requestsMade }
  } catch (error) {
    signal.throwIfAborted()
    throw new DaprPerfError(`${options.what} failed: ${(error as Error).message}`, { cause: error })
  }
}

/**
 * fortio's -dapr parameters, with the names that app and component have on the platform. What goes to Redis itself
 * names neither: there, appid is the prefix of the keys.
 */
function withNames(dapr: string, platform: Platform): string {
  if (/(^|,)target=redis(,|$)/.test(dapr)) return dapr
  return dapr
    .replace(/(?<=(?:^|,)appid=)[^,]+/, (name) => platform.appId(name))
    .replace(/(?<=(?:^|,)store=)[^,]+/, (name) => platform.componentName(name))
}

/** A duration of so many seconds as Go reads it, to the millisecond. */
const formatGoDuration = (seconds: number) => `${Math.max(1, Math.round(seconds * 1000))}ms`
