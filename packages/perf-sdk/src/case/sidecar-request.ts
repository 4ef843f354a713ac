import { DaprPerfError, InputError } from '@dapr-perf/errors'
import { requestText } from '../http/request-text.js'
import { tokenHeaders } from '../http/token-headers.js'
import { runningApp } from './ingress.js'
import type { TestContext } from './test-context.js'

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
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<string> {
  const { sidecar } = runningApp(test, appName)
  if (!sidecar) throw new InputError(`${appName} has no sidecar: set daprEnabled`)
  const url = `${await sidecar.acquireExternalURL(port)}${path}`
  const headers = port === 'http' ? tokenHeaders(sidecar.apiToken) : {}
  const { statusCode, text } = await requestText(url, { method, body, headers, signal: test.signal })
  if (statusCode < 200 || statusCode > 299) {
    throw new DaprPerfError(
      `${method} ${path} of ${appName}'s sidecar answered ${statusCode}: ${text.slice(0, 300)}`,
    )
  }
  return text
}
