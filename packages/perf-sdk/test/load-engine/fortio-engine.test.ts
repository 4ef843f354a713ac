import { json } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { FortioEngine, mixedSeconds } from '../../src/load-engine/fortio/fortio-engine.js'
import type { LoadRequest } from '../../src/load-engine/load-engine.js'
import { serve } from '../local-server.js'

const result = JSON.stringify({
  ActualQPS: 1,
  ActualDuration: 1e9,
  NumThreads: 1,
  Version: '1.16.1',
  DurationHistogram: { Count: 1, Min: 1, Max: 1, Avg: 1, Data: [{ Start: 1, End: 1, Count: 1 }] },
  RetCodes: { '200': 1 },
  ExtraConnections: { OpenedOrSentAgain: 0 },
})

/** What the tester is asked for, and what comes of it. */
async function run(responseBytes: LoadRequest['responseBytes'], headers = {}) {
  let asked: unknown
  const { url } = await serve(async (request, response) => {
    asked = await json(request)
    response.writeHead(200, headers).end(result)
  })
  const target = { kind: 'app', url: 'http://testapp', method: 'test', protocol: 'http' } as const
  const arrivals = 'poisson' as const
  const load = { target, rate: 1, arrivals, seed: 7, connections: 1, seconds: 1, payload: '', payloadSize: 0 }
  const loaded = await new FortioEngine({ url, token: '' }).run(
    { ...load, responseBytes },
    new AbortController().signal,
  )
  return { asked, loaded }
}

it.each([
  [undefined, { httpBufferKB: 0 }],
  [48 * 1024, { httpBufferKB: 0 }],
  [48 * 1024 + 1, { httpBufferKB: 129 }],
  [200_000, { httpBufferKB: 423 }],
  [5_000_000, { httpBufferKB: 9798 }],
  ['unknown' as const, { stdClient: true }],
])('responses of %s B are read with %j', async (responseBytes, expected) => {
  expect((await run(responseBytes)).asked).toMatchObject(expected)
})

it('our own loop makes every load, with its arrivals and seed', async () => {
  expect((await run(0)).asked).toMatchObject({ arrivals: 'poisson', seed: 7 })
})

it('each target has its headers, which are not in the result', async () => {
  const asked: { headers?: unknown }[] = []
  const { url } = await serve(async (request, response) => {
    asked.push((await json(request)) as { headers?: unknown })
    response.writeHead(200).end(result)
  })
  const engine = new FortioEngine({ url, token: '' })
  const target = { kind: 'app', url: 'http://testapp', method: 'test', protocol: 'http' } as const
  const common = { rate: 1, arrivals: 'poisson', seed: 7, connections: 1, seconds: 1 } as const
  const load = { ...common, payload: '', payloadSize: 0 }
  const { signal } = new AbortController()
  const headers = { 'dapr-api-token': 's3cret' }
  const loaded = await engine.run({ ...load, target, headers }, signal)
  await engine.run({ ...load, target, headers: {} }, signal)
  const mixed = { ...load, targets: { b: target, a: target }, headers: { a: headers, b: {} } }
  await engine.runMixed(mixed, signal).catch(() => {}) // the answer is that of a load of one target
  expect(asked.map((one) => one.headers)).toEqual([[headers], undefined, [{}, headers]])
  expect(JSON.stringify(loaded)).not.toContain('s3cret')
})

it("fortio's warnings are part of the result", async () => {
  const warnings = ['Read error: ü']
  const headers = { 'fortio-warnings': encodeURIComponent(JSON.stringify(warnings)) }
  expect((await run(0, headers)).loaded.warnings).toEqual(warnings)
  expect((await run(0)).loaded).not.toHaveProperty('warnings')
})

it.each([
  [1000, 16, 3],
  [5, 16, 128],
  [0, 16, 4],
])(
  'a load of two variants in turn at %i qps over %i connections lasts %i s',
  (rate, connections, expected) => {
    const target = { kind: 'app', url: 'http://testapp', method: 'test', protocol: 'http' } as const
    const load = {
      targets: { a: target, b: target },
      arrivals: 'bursts',
      seed: 0,
      payload: '',
      payloadSize: 0,
    } as const
    expect(mixedSeconds({ ...load, rate, connections, seconds: 3 })).toBe(expected)
  },
)
