import { request } from 'undici'
import { DaprPerfError } from '../errors.js'
import type { TestContext } from '../runner/test-context.js'

/**
 * Calls an app's sidecar from here, outside of any load.
 *
 * @param port Dapr's HTTP API, or the sidecar's metrics
 * @returns the body of the answer
 * @throws DaprPerfError where it answers anything but a 2xx
 */
export async function sidecarRequest(
  { platform, signal }: Pick<TestContext, 'platform' | 'signal'>,
  appName: string,
  port: 'http' | 'metrics',
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<string> {
  const url = `${await platform.acquireSidecarURL(appName, port)}${path}`
  const answer = await request(url, {
    method,
    signal,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.body.text()
  if (answer.statusCode < 200 || answer.statusCode > 299) {
    throw new DaprPerfError(
      `${method} ${path} of ${appName}'s sidecar answered ${answer.statusCode}: ${text.slice(0, 300)}`,
    )
  }
  return text
}
