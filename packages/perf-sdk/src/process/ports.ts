import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { DaprPerfError } from '../errors.js'
import { type RunRecord, recordedPorts } from './run-record.js'

// Below the ports that Linux (32768) and macOS (49152) give to outgoing connections, of which a load has many.
const range = { first: 20_000, last: 32_000 }
const attempts = 200

/**
 * Chooses a free port of 127.0.0.1 and records it as the run's. The port is bound while it is recorded, and a port
 * that any run has recorded is not taken: so two runs that choose at the same moment never choose the same.
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
    `no free port among ${range.first} to ${range.last} of 127.0.0.1 in ${attempts} attempts`,
  )
}
