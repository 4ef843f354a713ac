import { setTimeout as pause } from 'node:timers/promises'
import { DaprPerfError } from '@dapr-perf/errors'
import { request } from 'undici'

const withinMs = 15_000
const againAfterMs = 100

/** A sidecar as this process calls it. */
interface Sidecar {
  /** Base URL of Dapr's HTTP API. */
  url: string
  /** Of each request. */
  headers: Record<string, string>
}

/**
 * Waits until pods reach other apps by name: nodes learn of a Service a moment after its pods are ready. It calls the
 * apps through a sidecar, which can invoke any URL.
 *
 * @throws DaprPerfError if an app can't be reached after 15 s
 */
export async function untilReached(sidecar: Sidecar, appURLs: string[], signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + withinMs
  for (const appURL of appURLs) {
    for (;;) {
      const obstacle = await tryOnce(sidecar, appURL, signal)
      if (!obstacle) break
      if (performance.now() > deadline) {
        throw new DaprPerfError(
          `${appURL} can't be reached from another pod after ${withinMs / 1000} s: ${obstacle}. ` +
            'Do kube-proxy and the cluster DNS work, and does a NetworkPolicy block it?',
        )
      }
      await pause(againAfterMs, undefined, { signal })
    }
  }
}

/** Any response of the app will do. @returns why there was none */
async function tryOnce(
  { url, headers }: Sidecar,
  appURL: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { body } = await request(`${url}/v1.0/invoke/${appURL}/method/`, {
      signal,
      headers,
      headersTimeout: 5_000,
    })
    const text = await body.text()
    return /ERR_DIRECT_INVOKE.*(refused|no such host|no route|timeout|unreachable)/s.test(text)
      ? text
      : undefined
  } catch (error) {
    signal.throwIfAborted()
    return (error as Error).message
  }
}
