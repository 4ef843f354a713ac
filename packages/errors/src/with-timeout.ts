/**
 * Calls `run` with a signal that aborts after a time, or with another signal.
 *
 * AbortSignal.any([signal, AbortSignal.timeout(ms)]) may be collected as garbage before it aborts:
 * https://github.com/nodejs/node/issues/57736
 *
 * @throws what `run` throws; a signal that aborts does not by itself end the wait for it
 */
export async function withTimeout<T>(
  ms: number,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const follow = () => controller.abort(signal?.reason)
  const late = () => controller.abort(new DOMException(`not finished after ${ms / 1000} s`, 'TimeoutError'))
  if (signal?.aborted) follow()
  signal?.addEventListener('abort', follow, { once: true })
  const timer = setTimeout(late, ms)
  try {
    return await run(controller.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', follow)
  }
}
