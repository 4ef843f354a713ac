import pRetry from 'p-retry'
import { request } from 'undici'
import { DaprPerfError } from '../errors.js'
import type { Params } from '../params.js'
import type { Platform } from '../platforms/platform.js'
import type { StateStore } from '../sidecar/state-store.js'
import type { ReportProgress } from './progress.js'

/** What the body of a case works with. */
export interface TestContext {
  params: Params
  /** In how many rounds a measurement takes place. */
  rounds: number
  platform: Platform
  /** Of a case with `stateStore: true`. */
  stateStore: StateStore
  /** Where the case's results go. */
  folder: string
  /** When the user asked for the run, by performance.now(). */
  askedAt: number
  /** Aborted when the run has to end: an app died, or the user asked for it. */
  signal: AbortSignal
  report: ReportProgress
  /** Base URL under which this process reaches an app that has ingressEnabled. */
  acquireAppExternalURL(appName: string): Promise<string>
  /**
   * Gets the URL until it answers with a 2xx, at most n times, with pauses that grow from 50 ms to 1 s.
   *
   * @returns the body
   * @throws at once where the app behind it has ended; else after n attempts. The error holds the last lines of the
   * app's and its sidecar's logs
   */
  httpGetNTimes(url: string, n: number): Promise<string>
}

export function newTestContext(
  fields: Omit<TestContext, 'acquireAppExternalURL' | 'httpGetNTimes'>,
): TestContext {
  const { platform, signal } = fields
  return {
    ...fields,
    acquireAppExternalURL: (appName) => platform.acquireAppExternalURL(appName),
    async httpGetNTimes(url, n) {
      try {
        return await pRetry(() => httpGet(url, signal), {
          retries: n - 1,
          minTimeout: 50,
          maxTimeout: 1_000,
          signal,
        })
      } catch (error) {
        signal.throwIfAborted()
        const app = await platform.describeApp(url)
        throw new DaprPerfError(
          `GET ${url} failed ${n} times, at last: ${(error as Error).message}\n${app}`,
          {
            cause: error,
          },
        )
      }
    },
  }
}

async function httpGet(url: string, signal: AbortSignal): Promise<string> {
  const { statusCode, body } = await request(url, { signal, headersTimeout: 5_000, bodyTimeout: 5_000 })
  const text = await body.text()
  if (statusCode < 200 || statusCode > 299)
    throw new DaprPerfError(`it answered ${statusCode}: ${text.slice(0, 200)}`)
  return text
}
