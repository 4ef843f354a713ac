import { describe, expect, test } from 'vitest'
import { startTester } from './tester.js'

const token = 'a-secret'

describe('with a token', () => {
  test.each([
    undefined,
    '',
    'a-secret',
    'Bearer',
    'Bearer a-secre',
    'Bearer a-secret2',
    'Bearer A-SECRET',
    'Basic a-secret',
  ])('the authorization "%s" gets 401', async (authorization) => {
    const tester = await startTester({ token })
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
    const response = await tester.post('not read', { headers })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(await response.text()).not.toContain(token)
  })

  test.each(['/test', '/test/a', '/test/a/b', '/%74est/a', '//test/a'])('GET %s gets 401', async (path) => {
    const tester = await startTester({ token })
    expect((await tester.get(path)).status).toBe(401)
  })

  test('who has it is let through', async () => {
    const tester = await startTester({ token })
    const headers = { authorization: `Bearer ${token}` }
    expect((await tester.post('no JSON', { headers })).status).toBe(400)
    expect((await tester.get('/test/a', { headers })).status).toBe(404)
  })

  test('the health check needs none', async () => {
    const tester = await startTester({ token })
    expect((await tester.get('/')).status).toBe(200)
  })
})

test('the sidecar needs none to ask for subscriptions and to deliver events', async () => {
  const tester = await startTester({ token, subscription: { pubsubname: 'pubsub', topic: 'orders' } })
  const subscriptions = await tester.get('/dapr/subscribe')
  expect(await subscriptions.json()).toEqual([{ pubsubname: 'pubsub', topic: 'orders', route: '/event' }])
  const event = await tester.get('/event', { method: 'POST', body: '{}' })
  expect(await event.json()).toEqual({ status: 'SUCCESS' })
})

test('there are no subscriptions unless it is told of one', async () => {
  const tester = await startTester()
  expect(await (await tester.get('/dapr/subscribe')).json()).toEqual([])
})

test('without a token everyone is let through', async () => {
  const tester = await startTester({ token: '' })
  expect((await tester.get('/test/a')).status).toBe(404)
})
