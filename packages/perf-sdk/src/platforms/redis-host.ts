import { InputError } from '../errors.js'

const defaultPort = 6379

/**
 * The Redis that REDIS_HOST names, as HOST:PORT; undefined where it names none.
 *
 * @param expected what it has to be on this platform, with an example, for the error
 * @throws InputError where it can't be an address
 */
export function redisOfEnvironment(expected: string): string | undefined {
  const named = process.env.REDIS_HOST
  if (!named) return undefined
  if (!/^[\w.-]+(:\d{1,5})?$/.test(named)) throw new InputError(`REDIS_HOST=${named}: expected ${expected}`)
  return named.includes(':') ? named : `${named}:${defaultPort}`
}
