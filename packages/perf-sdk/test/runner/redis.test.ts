import { DaprPerfError } from '@dapr-perf/errors'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { localRedis } from '../../src/platforms/local/redis.js'
import type { LocalHost } from '../../src/platforms/resource.js'

const portOfNobody = 1

/** A host whose redis-server starts, but never listens. */
function host(signal = new AbortController().signal): LocalHost {
  const redis = { exists: true, lastLines: () => '  Loading DB in memory' }
  const startProcess = (() => redis) as unknown as LocalHost['startProcess']
  return { signal, reservePort: async () => portOfNobody, startProcess }
}

beforeEach(() => {
  vi.stubEnv('REDIS_HOST', '')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.useRealTimers()
})

it('a Redis that never listens is an error after 15 s, with what it logged', async () => {
  const failed = localRedis(host()).catch((error) => error)
  await vi.advanceTimersByTimeAsync(15_000)
  expect(await failed).toBeInstanceOf(DaprPerfError)
  expect((await failed).message).toMatch(
    /^redis-server does not listen 15 s after its start: .+\n {2}Loading DB in memory$/,
  )
})

it('the wait for a Redis ends with the run', async () => {
  const run = new AbortController()
  const failed = localRedis(host(run.signal)).catch((error) => error)
  await vi.advanceTimersByTimeAsync(1_000)
  run.abort(new Error('interrupted'))
  expect((await failed).message).toBe('interrupted')
})
