import { once } from 'node:events'
import { METHODS, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildServer, maxBodyBytes } from '../src/server.js'

let app: FastifyInstance
let port: number

beforeAll(async () => {
  app = buildServer()
  await app.listen({ host: '127.0.0.1', port: 0 })
  port = (app.server.address() as AddressInfo).port
})

afterAll(() => app.close())

interface Options {
  path?: string
  method?: string
  headers?: Record<string, string>
  body?: Buffer
}

async function send({ path = '/test', method = 'POST', headers = {}, body }: Options) {
  const message = request({ host: '127.0.0.1', port, path, method, headers, agent: false })
  message.end(body)
  const [response] = await once(message, 'response')
  let text = ''
  for await (const chunk of response) text += chunk
  return { status: response.statusCode, text }
}

/** Sends bytes over one connection and collects what comes until the connection has had `answers` answers. */
async function converse(parts: string[], answers: number) {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.on('data', (data) => {
    received += data
  })
  for (const part of parts) socket.write(part)
  const count = () => received.split('HTTP/1.').length - 1
  while (count() < answers && !socket.closed)
    await Promise.race([once(socket, 'data'), once(socket, 'close')])
  return { received, count, socket }
}

const plain = 'POST /test HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc'
const chunked = 'POST /test HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'

describe('/test', () => {
  const methods = METHODS.filter((method) => method !== 'CONNECT')
  it.each(methods)('answers 200 without a body to %s', async (method) => {
    expect(await send({ method })).toEqual({ status: 200, text: '' })
  })

  it.each([
    undefined,
    'application/json',
    'application/octet-stream',
    'text/plain',
    'application/grpc',
    'no content type',
  ])('answers 200 to content type %s', async (type) => {
    const headers = type ? { 'content-type': type } : {}
    expect(await send({ headers, body: Buffer.from('{"not":"json"') })).toEqual({ status: 200, text: '' })
  })

  it('answers 200 with a query too', async () => {
    expect(await send({ path: '/test?a=1' })).toMatchObject({ status: 200 })
  })

  const lengths = [0, 1, 1024, 300_000, maxBodyBytes]
  it.each(lengths)('answers 200 to a body of %d bytes', async (length) => {
    const headers = { 'content-length': String(length) }
    expect(await send({ headers, body: Buffer.alloc(length) })).toMatchObject({ status: 200 })
  })

  it.each(lengths)('answers 200 to a body of %d bytes in chunks', async (length) => {
    const headers = { 'transfer-encoding': 'chunked' }
    expect(await send({ headers, body: Buffer.alloc(length) })).toMatchObject({ status: 200 })
  })

  it('answers 413 to a body over 16 MiB, before it is sent', async () => {
    const head = `POST /test HTTP/1.1\r\nHost: x\r\nContent-Length: ${maxBodyBytes + 1}\r\n\r\n`
    const { received } = await converse([head], 1)
    expect(received).toMatch(/^HTTP\/1.1 413 /)
  })

  it('answers 413 to a body over 16 MiB in chunks', async () => {
    const size = (maxBodyBytes + 1).toString(16)
    const head = `POST /test HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${size}\r\n`
    const { received } = await converse([head, 'x'.repeat(maxBodyBytes + 1)], 1)
    expect(received).toMatch(/^HTTP\/1.1 413 /)
  })

  it('answers once a body that comes in pieces is complete, and not before', async () => {
    const { socket, count } = await converse([plain, plain.slice(0, -1)], 1)
    expect(count()).toBe(1)
    socket.write('c')
    await once(socket, 'data')
    expect(count()).toBe(2)
    socket.destroy()
  })

  it('answers every request of a pipeline', async () => {
    const { received, socket } = await converse([plain.repeat(20)], 20)
    expect(received.split('HTTP/1.1 200 OK').length - 1).toBe(20)
    socket.destroy()
  })

  it('keeps a connection that changes between plain and chunked bodies', async () => {
    const { received, socket } = await converse([plain, chunked, plain, chunked, plain], 5)
    expect(received.match(/HTTP\/1.1 200 OK/g)).toHaveLength(5)
    socket.destroy()
  })

  it('understands a head that comes in pieces', async () => {
    const { socket, count } = await converse([plain], 1)
    socket.write(plain.slice(0, 30))
    socket.write(plain.slice(30))
    while (count() < 2) await once(socket, 'data')
    socket.destroy()
  })

  it.each([
    ['plain requests', plain],
    ['a chunked body', chunked],
    ['half a request', plain.slice(0, -1)],
  ])('closes its side of a connection that the client has closed after %s', async (_, request) => {
    const { socket } = await converse([plain, request], 1)
    const open = () =>
      new Promise<number>((resolve) => app.server.getConnections((_, count) => resolve(count)))
    expect(await open()).toBeGreaterThan(0)
    socket.end()
    await once(socket, 'close')
    await expect.poll(open).toBe(0)
  })

  it('closes the connection for HTTP/1.0 and for Connection: close', async () => {
    for (const head of [
      'GET /test HTTP/1.0\r\n\r\n',
      'GET /test HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    ]) {
      const { received, socket } = await converse([head], 1)
      if (!socket.closed) await once(socket, 'close')
      expect(received).toMatch(/^HTTP\/1.1 200 OK/)
    }
  })

  it('answers Expect: 100-continue', async () => {
    const head = 'POST /test HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n'
    const { received, socket } = await converse([head, 'abc'], 2)
    expect(received).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK/)
    socket.destroy()
  })

  it.each([
    ['two lengths', 'POST /test HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['a length that is none', 'POST /test HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n'],
    ['no HTTP at all', 'hello\r\n\r\n'],
  ])('answers 400 to %s', async (_what, head) => {
    const { received, socket } = await converse([head], 1)
    expect(received).toMatch(/^HTTP\/1.1 400 /)
    socket.destroy()
  })
})

it('never closes an idle connection, which a request could just be using', () => {
  expect(app.server.keepAliveTimeout).toBe(0)
})

describe('the other paths', () => {
  it('/healthz answers 200', async () => {
    expect(await send({ path: '/healthz', method: 'GET' })).toMatchObject({ status: 200 })
  })

  it.each(['/', '/tests', '/test/', '/v1/test', '/healthz2'])('%s answers 404', async (path) => {
    expect(await send({ path, method: 'GET' })).toMatchObject({ status: 404 })
  })
})
