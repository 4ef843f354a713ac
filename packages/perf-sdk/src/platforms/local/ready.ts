import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { DaprPerfError } from '@dapr-perf/errors'
import { request } from 'undici'

const everyMs = 20

/** Waits until something listens on a port of loopback. */
export async function untilListening(port: number, signal: AbortSignal): Promise<void> {
  await until(async () => {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return true
    } finally {
      socket.destroy()
    }
  }, signal)
}

/** Waits until a URL answers with a 2xx. */
export async function untilHealthy(url: string, signal: AbortSignal): Promise<void> {
  await until(async () => {
    const { statusCode, body } = await request(url, { signal, headersTimeout: 1_000 })
    await body.dump()
    if (statusCode < 200 || statusCode > 299) throw new DaprPerfError(`${url} answers ${statusCode}`)
    return true
  }, signal)
}

/** @throws DaprPerfError with the last reason why it was not so */
async function until(condition: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  let reason = 'no answer'
  const isTrue = () =>
    condition().catch((error: Error) => {
      if (!signal.aborted) reason = error.message
      return false
    })
  while (!(await isTrue())) {
    await pause(everyMs, undefined, { signal }).catch((error) => {
      throw new DaprPerfError(reason, { cause: error })
    })
  }
}
