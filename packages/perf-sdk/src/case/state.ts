import { testerName } from './apps.js'
import { checkKey } from './check-address.js'
import { sidecarRequest } from './sidecar-request.js'
import type { TestContext } from './test-context.js'

/** Saves a key through tester's sidecar; it is deleted at the end of the case. */
export async function saveState(
  test: TestContext,
  store: string,
  key: string,
  value: unknown,
): Promise<void> {
  checkKey(key)
  const path = `/v1.0/state/${test.componentName(store)}`
  await sidecarRequest(test, testerName, 'http', 'POST', path, [{ key, value }])
  test.onFinished((signal) =>
    sidecarRequest({ ...test, signal }, testerName, 'http', 'DELETE', `${path}/${encodeURIComponent(key)}`),
  )
}
