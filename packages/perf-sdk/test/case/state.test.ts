import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { saveState } from '../../src/case/state.js'
import type { TestContext } from '../../src/case/test-context.js'

/** Saves a value with a sidecar that answers a GET of any key with the given text. */
async function save(value: unknown, answer: string) {
  const requests: string[] = []
  const server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url} ${await text(request)}`)
    response.end(request.method === 'GET' ? answer : '')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const url = async () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const sidecar = { http: '', grpc: '', acquireExternalURL: url }
  const undo: Parameters<TestContext['onFinished']>[0][] = []
  const test = {
    apps: new Map([['tester', { sidecar }]]),
    signal: new AbortController().signal,
    componentName: (name: string) => `${name}-x7`,
    onFinished: (step: (typeof undo)[number]) => void undo.push(step),
  } as unknown as TestContext
  await saveState(test, 'state', 'user/1', value)
  for (const step of undo) await step(test.signal)
  return requests
}

describe('a saved value', () => {
  it('is asked for once, and deleted at the end', async () => {
    expect(await save(1, '1')).toEqual([
      'POST /v1.0/state/state-x7 [{"key":"user/1","value":1}]',
      'GET /v1.0/state/state-x7/user%2F1 ',
      'DELETE /v1.0/state/state-x7/user%2F1 ',
    ])
  })

  it.each([
    ['a<b & "c" – ü 😀', String.raw`"a\u003cb \u0026 \"c\" – ü 😀"`],
    ['line\u2028end', String.raw`"line\u2028end"`],
    [{ b: [1, null], a: { c: '>' } }, String.raw`{"a":{"c":"\u003e"},"b":[1,null]}`],
    [2 ** 70, '1.1805916207174113e+21'],
    [false, 'false'],
    [null, 'null'],
    ['', '""'],
  ])('%j may be answered as %s', async (value, answer) => {
    await expect(save(value, answer)).resolves.toHaveLength(3)
  })

  it.each([
    ['a value', '', 'user/1" was saved as "a value", but the sidecar answers '],
    ['\ud800', '"\ufffd"', 'but the sidecar answers "\ufffd"'],
    [{ a: 1 }, '{"a":2}', 'was saved as {"a":1}, but the sidecar answers {"a":2}'],
  ])('%j may not be answered as %j', async (value, answer, message) => {
    await expect(save(value, answer)).rejects.toThrow(message)
  })

  it.each([undefined, 10n, () => 1])('%s is no JSON value', async (value) => {
    await expect(save(value, '')).rejects.toThrow(`a ${typeof value} is no JSON value`)
  })
})
