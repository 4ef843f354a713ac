import { DaprPerfError, InputError } from '@dapr-perf/errors'
import pRetry from 'p-retry'
import { Agent, request } from 'undici'
import { runningApp } from './ingress.js'
import type { TestContext } from './test-context.js'

// A new connection for each request: an idle one may have been closed on the way to a cluster.
const dispatcher = new Agent({ pipelining: 0 })
/** If a connection breaks. */
const retries = 3

/**
 * Calls an app's sidecar from this process, outside of any load.
 *
 * @param port Dapr's HTTP API, or the sidecar's metrics
 * @returns the body of the response
 * @throws DaprPerfError if the response is not a 2xx, InputError if the app has no sidecar
 */
export async function sidecarRequest(
  test: Pick<TestContext, 'apps' | 'signal'>,
  appName: string,
  port: 'http' | 'metrics',
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<string> {
  const { sidecar } = runningApp(test, appName)
  if (!sidecar) throw new InputError(`${appName} has no sidecar: set daprEnabled`)
  const url = `${await sidecar.acquireExternalURL(port)}${path}`
  const send = async () => {
    const response = await request(url, {
      method,
      signal: test.signal,
      dispatcher,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { statusCode: response.statusCode, text: await response.body.text() }
  }
  const { statusCode, text } = await pRetry(send, { retries, minTimeout: 100, signal: test.signal })
  if (statusCode < 200 || statusCode > 299) {
    throw new DaprPerfError(
      `${method} ${path} of ${appName}'s sidecar answered ${statusCode}: ${text.slice(0, 300)}`,
    )
  }
  return text
}
