import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { DaprPerfError } from '@dapr-perf/errors'
import { type RunRecord, recordedPorts } from './run-record.js'

// Below the ephemeral ports of Linux (from 32768) and macOS (from 49152), of which a load uses many.
const range = { first: 20_000, last: 32_000 }
const attempts = 200

/**
 * Chooses a free port of 127.0.0.1 and records it as the run's. The port is bound while it is recorded, and ports
 * recorded by any run are skipped, so that concurrent runs never choose the same one.
 */
export async function reservePort(record: RunRecord): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = randomInt(range.first, range.last)
    const server = createServer()
    server.listen(port, '127.0.0.1')
    try {
      await once(server, 'listening')
    } catch {
      continue
    }
    const free = !recordedPorts().has(port)
    if (free) record.addPort(port)
    server.close()
    await once(server, 'close')
    if (free) return port
  }
  throw new DaprPerfError(
    `no free port from ${range.first} to ${range.last} on 127.0.0.1 in ${attempts} attempts`,
  )
}
