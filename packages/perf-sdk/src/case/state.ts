import { isDeepStrictEqual } from 'node:util'
import { DaprPerfError, InputError } from '@dapr-perf/errors'
import { testerName } from '../description/apps.js'
import { checkKey } from '../description/check-address.js'
import { sidecarRequest } from './sidecar-request.js'
import type { TestContext } from './test-context.js'

/**
 * Saves a key through tester's sidecar, and checks that this has the value now; it is deleted at the end of the case, also where
 * it is not known whether it was saved.
 *
 * @param value is stored as JSON
 * @throws InputError if JSON has no such value, DaprPerfError if the sidecar doesn't save it or answers another one
 */
export async function saveState(
  test: TestContext,
  store: string,
  key: string,
  value: unknown,
): Promise<void> {
  checkKey(key)
  const path = `/v1.0/state/${test.componentName(store)}`
  const json = jsonOf(key, value)
  const keyPath = `${path}/${encodeURIComponent(key)}`
  // First: a request that is never answered may have stored the key.
  test.onFinished((signal) => sidecarRequest({ ...test, signal }, testerName, 'http', 'DELETE', keyPath))
  await sidecarRequest(test, testerName, 'http', 'PUT', path, [{ key, value }]) // a PUT can be repeated where a connection breaks
  const answer = await sidecarRequest(test, testerName, 'http', 'GET', keyPath)
  if (!isSameJson(answer, json))
    throw new DaprPerfError(
      `saveState: key ${JSON.stringify(key)} was saved as ${json.slice(0, 100)}, but the sidecar answers ${answer.slice(0, 100)}`,
    )
}

function jsonOf(key: string, value: unknown): string {
  const json = typeof value === 'bigint' ? undefined : JSON.stringify(value)
  if (json === undefined)
    throw new InputError(
      `saveState: key ${JSON.stringify(key)}: a ${typeof value} is no JSON value, expected a string, a number, an object, …`,
    )
  return json
}

/** Whether two JSON texts are the same value: Go writes some characters and numbers in another way, and sorts fields. */
function isSameJson(one: string, other: string): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(one), JSON.parse(other))
  } catch {
    return false
  }
}
