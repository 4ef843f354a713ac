import { InputError } from '@dapr-perf/errors'

const defaultPort = 6379

/**
 * The Redis that REDIS_HOST names, as HOST:PORT; undefined if it is not set.
 *
 * @param expected the format on this platform, with an example, for the error
 * @throws InputError if it is not an address
 */
export function redisOfEnvironment(expected: string): string | undefined {
  const named = process.env.REDIS_HOST
  if (!named) return undefined
  const [, host, port = defaultPort] = /^([\w.-]+)(?::([1-9]\d{0,4}))?$/.exec(named) ?? []
  if (!host || Number(port) > 65_535) throw new InputError(`REDIS_HOST=${named}: expected ${expected}`)
  return `${host}:${port}`
}
