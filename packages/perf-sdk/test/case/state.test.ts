import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { saveState } from '../../src/case/state.js'
import type { TestContext } from '../../src/case/test-context.js'
import { serve } from '../local-server.js'

/** Saves a value with a sidecar that answers a GET of any key with the given text, and a PUT only if it is said to. */
async function save(value: unknown, answer: string, { answersPut = true } = {}) {
  const requests: string[] = []
  const { url } = await serve(async (request, response) => {
    requests.push(`${request.method} ${request.url} ${await text(request)}`)
    if (request.method === 'PUT' && !answersPut) request.socket.destroy()
    else response.end(request.method === 'GET' ? answer : '')
  })
  const sidecar = { http: '', grpc: '', acquireExternalURL: async () => url }
  const undo: Parameters<TestContext['onFinished']>[0][] = []
  const test = {
    apps: new Map([['tester', { sidecar }]]),
    signal: new AbortController().signal,
    componentName: (name: string) => `${name}-x7`,
    onFinished: (step: (typeof undo)[number]) => void undo.push(step),
  } as unknown as TestContext
  const saved = saveState(test, 'state', 'user/1', value)
  if (answersPut) await saved
  else await expect(saved).rejects.toThrow()
  for (const step of undo) await step(test.signal)
  return requests
}

describe('a saved value', () => {
  it('is asked for once, and deleted at the end', async () => {
    expect(await save(1, '1')).toEqual([
      'PUT /v1.0/state/state-x7 [{"key":"user/1","value":1}]',
      'GET /v1.0/state/state-x7/user%2F1 ',
      'DELETE /v1.0/state/state-x7/user%2F1 ',
    ])
  })

  it('is deleted at the end, too, where saving it was never answered', async () => {
    const requests = await save(1, '1', { answersPut: false })
    expect(requests[0]).toBe('PUT /v1.0/state/state-x7 [{"key":"user/1","value":1}]')
    expect(requests.at(-1)).toBe('DELETE /v1.0/state/state-x7/user%2F1 ')
    expect(requests.join()).not.toContain('GET')
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
