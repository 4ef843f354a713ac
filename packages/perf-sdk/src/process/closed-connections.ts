import { readFileSync } from 'node:fs'

const timeWait = '06'

/**
 * Connections to ports of this machine that were closed in the last minute, by whichever end: Linux remembers them for so
 * long. Undefined where it can't be known.
 */
export function closedConnectionsTo(ports: number[]): Map<number, number> | undefined {
  const tables = ['tcp', 'tcp6'].flatMap((name) => read(`/proc/net/${name}`) ?? [])
  if (tables.length === 0) return undefined
  const closed = new Map(ports.map((port) => [port, 0]))
  for (const table of tables) {
    for (const line of table.split('\n').slice(1)) {
      const [, local = '', remote = '', state] = line.trim().split(/\s+/)
      if (state !== timeWait) continue
      for (const port of [local, remote].map(portOf)) {
        const count = closed.get(port)
        if (count !== undefined) closed.set(port, count + 1)
      }
    }
  }
  return closed
}

/** Of an address such as 0100007F:0BB8. */
const portOf = (address: string) => Number.parseInt(address.slice(address.lastIndexOf(':') + 1), 16)

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
