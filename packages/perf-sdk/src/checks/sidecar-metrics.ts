import { setTimeout as pause } from 'node:timers/promises'
import { DaprPerfError } from '@dapr-perf/errors'
import { sidecarRequest } from '../case/sidecar-request.js'
import type { TestContext } from '../case/test-context.js'
import { type Metric, sumOf } from '../http/prometheus.js'
import type { Check } from '../model/check.js'

const settleMs = 2_000
const everyMs = 100

export interface SidecarCount {
  appName: string
  /** What is counted, for the check's name: `events published`. */
  what: string
  metric: Metric
  expected: number
}

/**
 * Checks that a sidecar has counted exactly as many of something as expected. It counts a moment after it has responded,
 * so a count that is too low is read again for up to 2 s.
 *
 * @param id of the check
 */
export async function checkSidecarCount(
  test: Pick<TestContext, 'apps' | 'signal'>,
  id: string,
  { appName, what, metric, expected }: SidecarCount,
): Promise<Check> {
  const name = `${appName}'s sidecar counts the ${what} that were sent`
  try {
    const counted = await settledCount(test, appName, metric, expected)
    return {
      id,
      name,
      passed: counted === expected,
      detail: `${counted} of ${expected}`,
      value: counted,
      limit: expected,
    }
  } catch (error) {
    test.signal.throwIfAborted()
    return {
      id,
      name,
      passed: false,
      detail: `not known: ${(error as Error).message}`,
      value: null,
      limit: expected,
    }
  }
}

async function settledCount(
  test: Pick<TestContext, 'apps' | 'signal'>,
  appName: string,
  metric: Metric,
  expected: number,
): Promise<number> {
  const unfit = Object.values(metric.labels ?? {}).find((value) => !/^[ -~]{0,255}$/.test(value))
  if (unfit !== undefined)
    throw new DaprPerfError(
      `Dapr counts nothing under ${JSON.stringify(unfit)}: its metrics' labels have at most 255 characters, all of ASCII`,
    )
  const deadline = performance.now() + settleMs
  const count = async () =>
    sumOf(await sidecarRequest(test, appName, 'metrics', 'GET', '/metrics'), metric) ?? 0
  let counted = await count()
  while (counted < expected && performance.now() < deadline) {
    await pause(everyMs, undefined, { signal: test.signal })
    counted = await count()
  }
  return counted
}
