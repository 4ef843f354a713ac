import { once } from 'node:events'
import { promisify } from 'node:util'
import { compressionAlgorithms, type Server, ServerCredentials, status } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildServer, maxMessageBytes } from '../src/server.js'
import { AppClient, encode } from './client.js'

const onInvoke = '/dapr.proto.runtime.v1.AppCallback/OnInvoke'
const nothing = { data: null, content_type: '' }

interface Echoed {
  data: { value: Buffer }
}

let server: Server
let client: AppClient
let port: number

beforeAll(async () => {
  server = buildServer()
  port = await promisify(server.bindAsync.bind(server))('127.0.0.1:0', ServerCredentials.createInsecure())
  client = new AppClient(port)
})

afterAll(() => {
  client.close()
  server.forceShutdown()
})

/** An encoded InvokeRequest of so many bytes, nearly all of them data. */
function requestOf(bytes: number): Buffer {
  const request = { method: 'load', data: { value: Buffer.alloc(bytes - 100) } }
  const missing = bytes - encode('OnInvoke', request).length
  return encode('OnInvoke', { ...request, content_type: 'x'.repeat(missing - 2) })
}

describe('OnInvoke', () => {
  it.each(['load', 'test', '', 'Echo', 'echo2'])('answers nothing to method "%s"', async (method) => {
    const data = { value: Buffer.from('echo') }
    expect(await client.call('OnInvoke', { method, data, content_type: 'echo' })).toEqual(nothing)
  })

  it.each([0, 1, 1024, 300_000])('answers nothing to %d bytes of data', async (length) => {
    expect(await client.call('OnInvoke', { method: 'load', data: { value: Buffer.alloc(length) } })).toEqual(
      nothing,
    )
  })

  it.each([0, 1, 1024, 300_000])('sends %d bytes back to method echo', async (length) => {
    const value = Buffer.alloc(length, 'x')
    const request = { method: 'echo', data: { type_url: 'a.type', value }, content_type: 'text/plain' }
    const answer = (await client.call('OnInvoke', request)) as Echoed
    expect(answer).toMatchObject({ data: { type_url: 'a.type' }, content_type: 'text/plain' })
    expect(answer.data.value.equals(value)).toBe(true)
  })

  it('sends nothing back to method echo where nothing was sent', async () => {
    expect(await client.call('OnInvoke', { method: 'echo' })).toEqual(nothing)
  })

  it('finds the method behind other fields, known or not', async () => {
    const unknownField = Buffer.from([0xfa, 0x07, 2, 0x0a, 0x00])
    const data = encode('OnInvoke', { data: { value: Buffer.from('abc') } })
    const request = Buffer.concat([unknownField, data, encode('OnInvoke', { method: 'echo' })])
    expect(String(await client.callEncoded(onInvoke, request))).toContain('abc')
  })

  it('takes a message of 16 MiB', async () => {
    expect(await client.callEncoded(onInvoke, requestOf(maxMessageBytes))).toEqual(Buffer.alloc(0))
  })

  it('answers RESOURCE_EXHAUSTED to a message over 16 MiB', async () => {
    const call = client.callEncoded(onInvoke, requestOf(maxMessageBytes + 1))
    await expect(call).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED })
  })

  it('takes a compressed message', async () => {
    const compressing = new AppClient(port, {
      'grpc.default_compression_algorithm': compressionAlgorithms.gzip,
    })
    const request = { method: 'echo', data: { value: Buffer.alloc(1024) } }
    expect(await compressing.call('OnInvoke', request)).toMatchObject({ data: { value: Buffer.alloc(1024) } })
    compressing.close()
  })

  it('answers an error to what is no InvokeRequest, and goes on', async () => {
    await expect(client.callEncoded(onInvoke, Buffer.from([0x0a, 0x7f]))).rejects.toThrow()
    expect(await client.call('OnInvoke', { method: 'load' })).toEqual(nothing)
  })

  it('answers each of many calls at once with its own data', async () => {
    const texts = Array.from({ length: 200 }, (_, i) => `data ${i}`)
    const answers = (await Promise.all(
      texts.map((text) => client.call('OnInvoke', { method: 'echo', data: { value: Buffer.from(text) } })),
    )) as Echoed[]
    expect(answers.map((answer) => String(answer.data.value))).toEqual(texts)
  })
})

describe('the other calls of a sidecar', () => {
  it('there are no subscriptions', async () => {
    expect(await client.call('ListTopicSubscriptions')).toEqual({ subscriptions: [] })
  })

  it('there are no bindings', async () => {
    expect(await client.call('ListInputBindings')).toEqual({ bindings: [] })
  })

  it('an event is taken', async () => {
    const event = { id: '1', topic: 'topic123', data: Buffer.from('x') }
    expect(await client.call('OnTopicEvent', event)).toEqual({ status: 'SUCCESS' })
  })

  it('each event of a bulk is taken', async () => {
    const entries = ['1', '2'].map((entry_id) => ({ entry_id, bytes: Buffer.from('x') }))
    expect(await client.call('OnBulkTopicEventAlpha1', { entries })).toEqual({
      statuses: [
        { entry_id: '1', status: 'SUCCESS' },
        { entry_id: '2', status: 'SUCCESS' },
      ],
    })
  })

  it('the event of a binding is taken, and nothing asked for', async () => {
    expect(await client.call('OnBindingEvent', { name: 'timer' })).toMatchObject({
      states: [],
      to: [],
      data: Buffer.alloc(0),
    })
  })

  it('the app is healthy', async () => {
    expect(await client.call('HealthCheck')).toEqual({})
  })
})

describe("gRPC's health service", () => {
  it('says that the app serves', async () => {
    expect(await client.call('Check', { service: '' })).toEqual({ status: 'SERVING' })
  })

  it('tells a watcher so', async () => {
    const watch = client.watchHealth()
    expect(await once(watch, 'data')).toEqual([{ status: 'SERVING' }])
    watch.on('error', () => {}).cancel()
  })

  it('answers NOT_FOUND for a service that is none', async () => {
    await expect(client.call('Check', { service: 'x' })).rejects.toMatchObject({ code: status.NOT_FOUND })
  })
})

it.each(['/dapr.proto.runtime.v1.AppCallback/OnNothing', '/dapr.proto.runtime.v1.Dapr/GetState', '/x'])(
  'answers UNIMPLEMENTED to %s',
  async (path) => {
    await expect(client.callEncoded(path, Buffer.alloc(0))).rejects.toMatchObject({
      code: status.UNIMPLEMENTED,
    })
  },
)
