import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { InputError } from '@dapr-perf/errors'
import { describe, expect, it } from 'vitest'
import { runLoad } from '../../src/load-engine/fortio/tester-client.js'
import { serve } from '../local-server.js'

const parameters = {
  qps: 1,
  clientConnections: 1,
  targetEndpoint: 'http://127.0.0.1:1',
  testDuration: '10ms',
  payloadSizeKB: 0,
  payload: '',
}
const times = { retryAfter: 5, response: 60_000, unresponsive: 60_000, overtime: 60_000 }

/** A tester that answers the n-th request as the n-th of the functions does, and the rest as the last one. */
async function testerThat(...answers: ((request: IncomingMessage, response: ServerResponse) => void)[]) {
  const requests: string[] = []
  const { server, url } = await serve((request, response) => {
    requests.push(`${request.method} ${request.url?.replace(/[0-9a-f-]{36}/, 'ID')}`)
    answers[Math.min(requests.length, answers.length) - 1]?.(request, response)
  })
  const tester = { url, token: 'secret' }
  const run = (changed: Partial<typeof times> = {}) =>
    runLoad(tester, parameters, 0.01, new AbortController().signal, { ...times, ...changed })
  return { run, requests, server, tester }
}
const answer =
  (status: number, text: string, headers = {}) =>
  (_: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(status, headers).end(text)
const hangUp = (request: IncomingMessage) => void request.socket.destroy()
const neverAnswer = () => {}
/** Answers with bytes that are no answer of an HTTP server, or not a whole one, and closes the connection. */
const send = (text: string) => (request: IncomingMessage) => void request.socket.end(text)

describe('a load', () => {
  it("gives the tester's answer as it is", async () => {
    const { run, requests } = await testerThat(answer(200, '{"a": 1}\n'))
    expect(await run()).toEqual({ text: '{"a": 1}\n' })
    expect(requests).toEqual(['POST /test?id=ID'])
  })

  it('whose connection breaks is asked for again by its id', async () => {
    const { run, requests } = await testerThat(
      hangUp,
      hangUp,
      hangUp,
      answer(200, 'ok'),
      answer(200, 'result'),
    )
    expect(await run()).toEqual({ text: 'result' })
    expect(requests).toEqual(['POST /test?id=ID', 'GET /', 'GET /test/ID', 'GET /', 'GET /test/ID'])
  })

  it('that never arrived is asked for anew', async () => {
    const { run, requests } = await testerThat(
      hangUp,
      answer(200, 'ok'),
      answer(404, 'unknown'),
      answer(200, 'result'),
    )
    expect(await run()).toEqual({ text: 'result' })
    expect(requests.at(-1)).toBe('POST /test?id=ID')
  })

  it("that fails, fails with the tester's own words, and is not made again", async () => {
    const { run, requests } = await testerThat(answer(500, 'fortio exited with code 1'))
    await expect(run()).rejects.toThrow('the tester answered 500: fortio exited with code 1')
    expect(requests).toHaveLength(1)
  })

  it('that the tester refuses is an error of input', async () => {
    const { run } = await testerThat(answer(400, 'clientConnections must be 1 or more'))
    await expect(run()).rejects.toThrow(InputError)
    await expect(run()).rejects.toThrow('the tester refuses the load: clientConnections must be 1 or more')
  })

  it('of a tester that runs another one fails', async () => {
    const { run } = await testerThat(answer(409, 'another test runs already'))
    await expect(run()).rejects.toThrow('the tester answered 409: another test runs already')
  })

  it('is given up where nobody answers for too long', async () => {
    const { run } = await testerThat(hangUp)
    await expect(run({ unresponsive: 100 })).rejects.toThrow('did not answer for 0.1 s')
  })

  it('is given up long after it should have ended, though the tester answers', async () => {
    const { run } = await testerThat((request, response) =>
      request.method === 'POST' ? hangUp(request) : answer(404, 'unknown')(request, response),
    )
    await expect(run({ overtime: 50 })).rejects.toThrow(
      'has no result 0.05 s after the load should have ended',
    )
  })

  // undici's own timers are late by up to a second.
  it('of a tester that is stopped is given up, however long the load lasts', async () => {
    const alive = answer(200, 'ok')
    const behindProxy = (status: number) => (request: IncomingMessage, response: ServerResponse) =>
      request.url === '/' ? answer(status, 'no upstream')(request, response) : neverAnswer()
    const testers = await Promise.all([
      testerThat(neverAnswer),
      testerThat(neverAnswer, alive, neverAnswer, alive, neverAnswer),
      testerThat(neverAnswer, hangUp, neverAnswer),
      ...[404, 502, 503].map((status) => testerThat(behindProxy(status))),
    ])
    await Promise.all(
      testers.map(({ run }) =>
        expect(run({ response: 20, unresponsive: 1_500 })).rejects.toThrow('did not answer for 1.5 s'),
      ),
    )
    for (const { requests } of testers) expect(requests.slice(0, 2)).toEqual(['POST /test?id=ID', 'GET /'])
    expect(testers[1]?.requests.slice(2, 5)).toEqual(['GET /test/ID', 'GET /', 'GET /test/ID'])
  })

  it('whose connection breaks late goes on as long as the tester is alive', async () => {
    const until = (ms: number) => pause(ms - (performance.now() - started))
    const { run, requests } = await testerThat(async (request, response) => {
      if (request.url === '/') return answer(200, 'ok')(request, response)
      await until(request.method === 'POST' ? 600 : 2_200)
      if (request.method === 'POST') hangUp(request)
      else answer(200, 'result')(request, response)
    })
    const started = performance.now()
    expect(await run({ unresponsive: 1_000 })).toEqual({ text: 'result' })
    expect(requests.slice(0, 3)).toEqual(['POST /test?id=ID', 'GET /', 'GET /test/ID'])
  })

  it('that lasts long is asked for again as long as the tester is alive', async () => {
    const asked = { alive: 0, result: 0 }
    const { run, requests } = await testerThat((request, response) => {
      if (request.url === '/') {
        asked.alive++
        answer(200, 'ok')(request, response)
      } else if (++asked.result > 2) answer(200, 'result')(request, response)
    })
    expect(await run({ response: 20 })).toEqual({ text: 'result' })
    expect(asked).toEqual({ alive: 2, result: 3 })
    expect(requests.filter((one) => one.startsWith('POST'))).toHaveLength(1)
  })

  it.each([
    ['no percent-encoding', '%'],
    ['no JSON', 'Read error'],
    ['no array', encodeURIComponent('{"0":"Read error"}')],
    ['no texts', encodeURIComponent('[7]')],
    ['nothing', ''],
  ])(
    'with a header of the tester that is %s fails at once, and is not asked for again',
    async (_, header) => {
      const { run, requests } = await testerThat(answer(200, 'result', { 'fortio-warnings': header }))
      await expect(run()).rejects.toThrow('fortio-warnings is not a percent-encoded JSON array')
      expect(requests).toHaveLength(1)
    },
  )

  it.each([
    ['is no HTTP', 'ready\n'],
    ['has a header that is none', 'HTTP/1.1 200 OK\r\nno header\r\n\r\n'],
    ['has too large a header', `HTTP/1.1 200 OK\r\na: ${'a'.repeat(100_000)}\r\n\r\n`],
  ])('whose answer %s fails at once, and is not asked for again', async (_, text) => {
    const { run, requests } = await testerThat(send(text))
    await expect(run()).rejects.toThrow(/what the tester at \S+ answers can't be read/)
    expect(requests).toHaveLength(1)
  })

  it.each([
    ['length', 'content-length: 9'],
    ['end', 'transfer-encoding: chunked'],
    ['length, on a connection of its own', 'connection: close\r\ncontent-length: 9'],
    ['end, on a connection of its own', 'connection: close\r\ntransfer-encoding: chunked'],
  ])('whose answer breaks off before its %s is asked for again', async (_, header) => {
    const { run } = await testerThat(send(`HTTP/1.1 200 OK\r\n${header}\r\n\r\n`), answer(200, 'result'))
    expect(await run()).toEqual({ text: 'result' })
  })

  it('ends with the signal', async () => {
    const aborter = new AbortController()
    const { tester } = await testerThat(() => aborter.abort(new Error('enough')))
    await expect(runLoad(tester, parameters, 0.01, aborter.signal, times)).rejects.toThrow('enough')
  })

  it('ends with the signal, also while the tester is asked whether it is alive', async () => {
    const aborter = new AbortController()
    const { tester } = await testerThat((request) => {
      if (request.url === '/') aborter.abort(new Error('enough'))
    })
    const load = runLoad(tester, parameters, 0.01, aborter.signal, { ...times, response: 20 })
    await expect(load).rejects.toThrow('enough')
  })
})
