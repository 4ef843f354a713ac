import pRetry from 'p-retry'
import { Agent, request } from 'undici'

// A new connection for each request: an idle one may have been closed on the way to a cluster.
const dispatcher = new Agent({ pipelining: 0, headersTimeout: 10_000, bodyTimeout: 10_000 })

interface TextRequest {
  method?: 'GET' | 'POST' | 'DELETE'
  /** Sent as JSON. */
  body?: unknown
  signal?: AbortSignal
}

/**
 * Sends a request from this process, outside of any load, and again where a connection breaks, for 3 s.
 *
 * @returns the response, whatever its status
 */
export async function requestText(url: string, { method = 'GET', body, signal }: TextRequest = {}) {
  const send = async () => {
    const response = await request(url, {
      method,
      dispatcher,
      headers: { 'content-type': 'application/json' },
      ...(signal && { signal }),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { statusCode: response.statusCode, text: await response.body.text() }
  }
  return pRetry(send, { retries: 5, minTimeout: 100, ...(signal && { signal }) })
}
