import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { InputError } from '../../errors.js'
import { ManagedProcess } from '../../process/managed-process.js'
import { reservePort } from '../../process/ports.js'
import { type RunRecord, runVariable } from '../../process/run-record.js'
import { redisOfEnvironment } from '../redis-host.js'
import { untilListening } from './ready.js'

const answerWithinMs = 3_000

/**
 * The Redis that REDIS_HOST names, as HOST:PORT; undefined where it names none.
 *
 * @throws InputError where that is no address, or nothing listens there
 */
export async function namedRedis(signal: AbortSignal): Promise<string | undefined> {
  const address = redisOfEnvironment('a host or HOST:PORT, for example REDIS_HOST=localhost:6379')
  if (!address) return undefined
  const [host, port] = address.split(':')
  const socket = connect(Number(port), host)
  try {
    await once(socket, 'connect', { signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]) })
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

interface RedisOptions {
  record: RunRecord
  logs: string
  signal: AbortSignal
  /** Told of the process the moment it exists. */
  onProcess: (process: ManagedProcess) => void
}

/**
 * Starts a Redis of the run's own, which keeps nothing on disk.
 *
 * @returns its HOST:PORT
 */
export async function startRedis({ record, logs, signal, onProcess }: RedisOptions): Promise<string> {
  const port = await reservePort(record)
  const redis = ManagedProcess.start({
    name: 'redis',
    file: 'redis-server',
    args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    env: { ...process.env, [runVariable]: record.runId },
    logFile: join(logs, 'redis.log'),
  })
  if (!redis.exists) {
    throw new InputError(
      `redis-server ${await redis.ended}. Install Redis (its redis-server has to be on the PATH), or set REDIS_HOST to ` +
        'HOST:PORT of one that runs',
    )
  }
  onProcess(redis)
  await untilListening(port, signal)
  return `127.0.0.1:${port}`
}
