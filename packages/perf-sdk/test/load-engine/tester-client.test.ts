import type { IncomingMessage, ServerResponse } from 'node:http'
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
const times = { retryAfter: 5, unresponsive: 60_000, overtime: 60_000 }

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

describe('a load', () => {
  it("gives the tester's answer as it is", async () => {
    const { run, requests } = await testerThat(answer(200, '{"a": 1}\n'))
    expect(await run()).toEqual({ text: '{"a": 1}\n' })
    expect(requests).toEqual(['POST /test?id=ID'])
  })

  it('whose connection breaks is asked for again by its id', async () => {
    const { run, requests } = await testerThat(hangUp, hangUp, answer(200, 'result'))
    expect(await run()).toEqual({ text: 'result' })
    expect(requests).toEqual(['POST /test?id=ID', 'GET /test/ID', 'GET /test/ID'])
  })

  it('that never arrived is asked for anew', async () => {
    const { run, requests } = await testerThat(hangUp, answer(404, 'unknown'), answer(200, 'result'))
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

  it('ends with the signal', async () => {
    const aborter = new AbortController()
    const { tester } = await testerThat(() => aborter.abort(new Error('enough')))
    await expect(runLoad(tester, parameters, 0.01, aborter.signal, times)).rejects.toThrow('enough')
  })
})
