import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

export interface ReceivedRequest {
  method: string | undefined
  contentType: string | undefined
  body: Buffer
}

/** A server that answers 200 and remembers what it was sent, until the test is finished. */
export async function startTarget() {
  const requests: ReceivedRequest[] = []
  const server = createServer(async (request, response) => {
    const body = await buffer(request).catch(() => Buffer.alloc(0))
    const { method, headers } = request
    requests.push({ method, contentType: headers['content-type'], body })
    response.end('ok')
  })
  const firstRequest = once(server, 'request')
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const port = (server.address() as AddressInfo).port
  return { url: `http://127.0.0.1:${port}/`, requests, firstRequest }
}
