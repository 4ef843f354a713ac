import { once } from 'node:events'
import { connect } from 'node:net'
import { DaprPerfError, InputError, withTimeout } from '@dapr-perf/errors'
import { redisOfEnvironment } from '../redis-host.js'
import type { LocalHost } from '../resource.js'
import { untilListening } from './ready.js'

const answerWithinMs = 3_000
const startWithinMs = 15_000

/**
 * HOST:PORT of the Redis that REDIS_HOST names or, if it is not set, of one that is started for the session, without
 * persistence.
 *
 * @throws InputError if there is neither, DaprPerfError if it can't be started
 */
export async function localRedis(host: LocalHost): Promise<string> {
  return (await redisByName(host.signal)) ?? startRedis(host)
}

async function redisByName(signal: AbortSignal): Promise<string | undefined> {
  const address = redisOfEnvironment('a host or HOST:PORT, for example REDIS_HOST=localhost:6379')
  if (!address) return undefined
  const [host, port] = address.split(':')
  const socket = connect(Number(port), host)
  try {
    await withTimeout(answerWithinMs, signal, (stop) => once(socket, 'connect', { signal: stop }))
  } catch (error) {
    signal.throwIfAborted()
    throw new InputError(
      `REDIS_HOST=${process.env.REDIS_HOST}: no Redis answers there (${(error as Error).message})`,
      { cause: error },
    )
  } finally {
    socket.destroy()
  }
  return address
}

async function startRedis({ reservePort, startProcess, signal }: LocalHost): Promise<string> {
  const port = await reservePort()
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const redis = startProcess({ name: 'redis', file: 'redis-server', args })
  if (!redis.exists) {
    throw new InputError(
      `redis-server ${await redis.ended}. Install Redis (redis-server has to be on the PATH), or set REDIS_HOST to ` +
        'HOST:PORT of a running one',
    )
  }
  try {
    await withTimeout(startWithinMs, signal, (stop) => untilListening(port, stop))
  } catch (error) {
    signal.throwIfAborted()
    throw new DaprPerfError(
      `redis-server does not listen ${startWithinMs / 1000} s after its start: ${(error as Error).message}\n${redis.lastLines()}`,
      { cause: error },
    )
  }
  return `127.0.0.1:${port}`
}
