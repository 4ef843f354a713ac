import { afterEach, expect, it, vi } from 'vitest'
import { redisOfEnvironment } from '../../src/platforms/redis-host.js'

afterEach(() => vi.unstubAllEnvs())

it.each([
  ['', undefined],
  ['redis', 'redis:6379'],
  ['10.0.0.1:7000', '10.0.0.1:7000'],
  ['redis:65535', 'redis:65535'],
])('REDIS_HOST=%s is %s', (host, address) => {
  vi.stubEnv('REDIS_HOST', host)
  expect(redisOfEnvironment('an address')).toBe(address)
})

it.each(['redis:65536', 'redis:0', 'redis:', 'a b', 'redis://host', '-x:y'])(
  'REDIS_HOST=%s is refused',
  (host) => {
    vi.stubEnv('REDIS_HOST', host)
    expect(() => redisOfEnvironment('an address')).toThrow(`REDIS_HOST=${host}: expected an address`)
  },
)
