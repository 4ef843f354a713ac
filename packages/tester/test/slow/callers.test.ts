import { describe, expect, test, vi } from 'vitest'
import { startTarget } from '../target.js'
import { longLoad, shortLoad, startTester } from '../tester.js'
import { fortiosOf, processGone } from './fortio-processes.js'

const forEver = 3_600_000

/** A tester, and what a test starts: a load, its caller who can go away, and its fortio. */
async function startTest(options?: Parameters<typeof startTester>[0], query = '', load = longLoad) {
  const target = await startTarget()
  const tester = await startTester(options)
  const caller = new AbortController()
  const answer = tester.post(load(target.url), { query, signal: caller.signal })
  answer.catch(() => {})
  await target.firstRequest
  const [fortio] = await fortiosOf(process.pid)
  return { tester, target, caller, answer, fortio: fortio as number }
}

const somewhatLonger = (url: string) => shortLoad(url, { testDuration: '600ms' })

describe('one test at a time', () => {
  test('a second one gets 409', async () => {
    const { tester, target } = await startTest()
    const response = await tester.post(shortLoad(target.url))
    expect(response.status).toBe(409)
    expect(await response.text()).toBe('another test is already running: the tester runs one at a time')
    expect(await fortiosOf(process.pid)).toHaveLength(1)
  })

  test('one with the id of the one that runs is told how to wait', async () => {
    const { tester, target } = await startTest({}, '?id=a')
    const response = await tester.post(shortLoad(target.url), { query: '?id=a' })
    expect(response.status).toBe(409)
    expect(await response.text()).toBe('test a is already running: GET /test/a waits for its result')
  })
})

describe('without an id', () => {
  test('fortio is stopped when the caller goes away, and the next test can run', async () => {
    const { tester, target, caller, fortio } = await startTest({ gracePeriod: forEver })
    caller.abort()
    await processGone(fortio)
    const response = await vi.waitFor(async () => {
      const response = await tester.post(shortLoad(target.url))
      expect(response.status).toBe(200)
      return response
    }, 10_000)
    expect(await response.json()).toHaveProperty('DurationHistogram')
  })

  test('fortio is killed where it does not stop', async () => {
    const { caller, fortio } = await startTest()
    process.kill(fortio, 'SIGSTOP')
    caller.abort()
    await processGone(fortio)
  })
})

describe('with an id', () => {
  test('the test goes on without its caller, and its result waits', async () => {
    const { tester, caller, target, fortio } = await startTest(
      { gracePeriod: forEver },
      '?id=a',
      somewhatLonger,
    )
    caller.abort()
    await processGone(fortio)
    const first = await tester.get('/test/a')
    expect(first.status).toBe(200)
    expect(first.headers.get('content-type')).toBe('application/json')
    const text = await first.text()
    expect(JSON.parse(text)).toMatchObject({ RequestedDuration: '600ms', URL: target.url })
    expect(await (await tester.get('/test/a')).text()).toBe(text)
  })

  test('GET waits for the end of a test that runs', async () => {
    const { tester, caller } = await startTest({ gracePeriod: forEver }, '?id=a', somewhatLonger)
    caller.abort()
    const response = await tester.get('/test/a')
    expect(await response.json()).toMatchObject({ RequestedDuration: '600ms' })
  })

  test('all callers get the same result', async () => {
    const { tester, answer } = await startTest({}, '?id=a', somewhatLonger)
    const answers = await Promise.all([answer, tester.get('/test/a'), tester.get('/test/a')])
    const texts = await Promise.all(answers.map((response) => response.text()))
    expect(new Set(texts).size).toBe(1)
  })

  test('GET answers the error as POST would have', async () => {
    const tester = await startTester()
    const posted = await tester.post(shortLoad('http://127.0.0.1:9/'), { query: '?id=a' })
    const got = await tester.get('/test/a')
    expect(got.status).toBe(500)
    expect(await got.text()).toBe(await posted.text())
  })

  test.each(['/test/b', '/test/a%20b'])('%s is unknown', async (path) => {
    const { tester } = await startTest({}, '?id=a')
    const response = await tester.get(path)
    expect(response.status).toBe(404)
    expect(await response.text()).toMatch(/^unknown test .*$/)
  })

  test('the result is kept until the next test', async () => {
    const target = await startTarget()
    const tester = await startTester()
    await tester.post(shortLoad(target.url), { query: '?id=a' })
    await tester.post(shortLoad(target.url), { query: '?id=b' })
    expect((await tester.get('/test/a')).status).toBe(404)
    expect((await tester.get('/test/b')).status).toBe(200)
  })

  test('the result is kept for a time', async () => {
    const target = await startTarget()
    const tester = await startTester({ keepResult: 50 })
    await tester.post(shortLoad(target.url), { query: '?id=a' })
    await vi.waitFor(async () => expect((await tester.get('/test/a')).status).toBe(404), 10_000)
  })
})
