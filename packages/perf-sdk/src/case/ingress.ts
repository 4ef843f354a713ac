import { DaprPerfError, InputError } from '@dapr-perf/errors'
import pRetry from 'p-retry'
import { request } from 'undici'
import type { RunningApp } from '../platforms/platform.js'
import type { TestContext } from './test-context.js'

/**
 * The base URL at which this process reaches an app with ingressEnabled.
 *
 * @throws InputError if the case has no such app, or it has no ingressEnabled
 */
export async function acquireAppExternalURL(
  test: Pick<TestContext, 'apps'>,
  appName: string,
): Promise<string> {
  return runningApp(test, appName).acquireExternalURL()
}

/** @throws InputError if the case has no such app */
export function runningApp({ apps }: Pick<TestContext, 'apps'>, appName: string): RunningApp {
  const app = apps.get(appName)
  if (!app) throw new InputError(`this case has no app ${appName}: it has ${[...apps.keys()].join(', ')}`)
  return app
}

/**
 * Sends GET requests until the response is a 2xx, at most n times, with pauses that grow from 50 ms to 1 s.
 *
 * @returns the body of the response
 * @throws DaprPerfError with the last lines of all apps' logs after n attempts; the signal's reason as soon as an app
 * has ended
 */
export async function httpGetNTimes(
  { apps, signal }: Pick<TestContext, 'apps' | 'signal'>,
  url: string,
  n: number,
): Promise<string> {
  try {
    return await pRetry(() => httpGet(url, signal), {
      retries: n - 1,
      minTimeout: 50,
      maxTimeout: 1_000,
      signal,
    })
  } catch (error) {
    signal.throwIfAborted()
    const lines = await Promise.all([...apps.values()].map((app) => app.lastLines()))
    throw new DaprPerfError(
      `GET ${url} failed ${n} times, the last time with: ${(error as Error).message}\n${lines.join('\n')}`,
      { cause: error },
    )
  }
}

async function httpGet(url: string, signal: AbortSignal): Promise<string> {
  const { statusCode, body } = await request(url, { signal, headersTimeout: 5_000, bodyTimeout: 5_000 })
  const text = await body.text()
  if (statusCode < 200 || statusCode > 299)
    throw new DaprPerfError(`it answered ${statusCode}: ${text.slice(0, 200)}`)
  return text
}
