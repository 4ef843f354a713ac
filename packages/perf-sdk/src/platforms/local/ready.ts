import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
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
    return statusCode >= 200 && statusCode < 300
  }, signal)
}

async function until(condition: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!(await condition().catch(() => false))) await pause(everyMs, undefined, { signal })
}
