import { randomInt } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { DaprPerfError } from '@dapr-perf/errors'

// Below the ephemeral ports of Linux (from 32768) and macOS (from 49152), of which a load uses many.
const range = { first: 20_000, last: 32_000 }
const attempts = 200
const loopback = '127.0.0.1'

/**
 * The TCP ports of a run on 127.0.0.1. No other run gets one of them, whoever started it: as long as this process holds a
 * port, it has the UDP port of the same number, which no program of a run uses. Two daprds on one port would not be
 * noticed: the later one tries again for 10 s, while the earlier one answers in its place.
 */
export class Ports implements Disposable {
  readonly #held: Socket[] = []

  /** Chooses a free port, and holds it. @throws DaprPerfError with the last reason if there is none */
  async reserve(): Promise<number> {
    let reason = ''
    for (let attempt = 0; attempt < attempts; attempt++) {
      const port = randomInt(range.first, range.last)
      try {
        this.#held.push(await hold(port))
        await checkFree(port)
        return port
      } catch (error) {
        reason = (error as Error).message
      }
    }
    throw new DaprPerfError(
      `no free port from ${range.first} to ${range.last} on ${loopback} in ${attempts} attempts: ${reason}`,
    )
  }

  [Symbol.dispose](): void {
    for (const socket of this.#held.splice(0)) socket.close()
  }
}

/** @throws Error if somebody holds it */
async function hold(port: number): Promise<Socket> {
  const socket = createSocket('udp4').unref()
  try {
    socket.bind(port, loopback)
    await once(socket, 'listening')
    return socket
  } catch (error) {
    socket.close()
    throw error
  }
}

/** @throws Error if somebody listens on it */
async function checkFree(port: number): Promise<void> {
  const server = createServer()
  server.listen(port, loopback)
  await once(server, 'listening')
  server.close()
  await once(server, 'close')
}
