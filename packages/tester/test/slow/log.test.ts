import { expect, test } from 'vitest'
import { startTarget } from '../target.js'
import { shortLoad, startTester } from '../tester.js'

async function startLoggingTester() {
  const lines: string[] = []
  const stream = { write: (line: string) => void lines.push(line) }
  const tester = await startTester({ token: 'a-secret', logger: { stream } })
  const listening = lines.length
  return { tester, written: () => lines.slice(listening), headers: { authorization: 'Bearer a-secret' } }
}

test('one line for a test begun, one for its end', async () => {
  const target = await startTarget()
  const { tester, written, headers } = await startLoggingTester()
  await tester.post(shortLoad(target.url, { payload: 'private' }), { headers, query: '?id=a' })
  await tester.get('/test/a', { headers })
  await tester.get('/')
  const [begun, ended, ...others] = written().map((line) => JSON.parse(line))
  const parameters = { id: 'a', qps: 50, clientConnections: 2, targetEndpoint: target.url, payloadBytes: 7 }
  expect(begun).toMatchObject({ msg: 'test started', ...parameters })
  expect(ended).toMatchObject({ msg: 'test ended', ...parameters, outcome: 'result' })
  expect(ended.seconds).toBeGreaterThan(0)
  expect(others).toEqual([])
})

test('the end tells the error', async () => {
  const { tester, written, headers } = await startLoggingTester()
  const response = await tester.post(shortLoad('http://127.0.0.1:9/'), { headers })
  expect(JSON.parse(written()[1] as string)).toMatchObject({
    msg: 'test ended',
    outcome: await response.text(),
  })
})

test('neither payload nor headers nor token are written', async () => {
  const target = await startTarget()
  const { tester, written, headers } = await startLoggingTester()
  const sent = [{ 'dapr-api-token': 'private' }]
  const load = shortLoad(target.url, { payload: 'private', arrivals: 'bursts', headers: sent })
  expect((await tester.post(load, { headers })).status).toBe(200)
  await tester.post(shortLoad(target.url, { payload: 'private' }), { headers: { authorization: 'a-secret' } })
  expect(written()).toHaveLength(2)
  expect(written().join()).not.toMatch(/private|a-secret/)
})
