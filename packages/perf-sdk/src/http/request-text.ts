import pRetry from 'p-retry'
import { Agent, request } from 'undici'

// A new connection for each request: an idle one may have been closed on the way to a cluster.
const dispatcher = new Agent({ pipelining: 0, headersTimeout: 10_000, bodyTimeout: 10_000 })

interface TextRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Sent as JSON. */
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
}

/**
 * Sends a request from this process, outside of any load, and again where a connection breaks, for 3 s; but never a POST:
 * what it asks for may be done already, and must not be done twice.
 *
 * @returns the response, whatever its status
 * @throws the error of the connection, in the end
 */
export async function requestText(url: string, { method = 'GET', body, headers, signal }: TextRequest = {}) {
  const send = async () => {
    const response = await request(url, {
      method,
      dispatcher,
      headers: { 'content-type': 'application/json', ...headers },
      ...(signal && { signal }),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { statusCode: response.statusCode, text: await response.body.text() }
  }
  const retries = method === 'POST' ? 0 : 5
  return pRetry(send, { retries, minTimeout: 100, ...(signal && { signal }) })
}
