import type { Block } from 'perf-sdk/runner'
import pc from 'picocolors'
import { muchByOthers, saturated } from '../terminal/machine.js'

/** What of the machine may limit the answer. */
export function machineLines(blocks: Block[]): string[] {
  const measured = blocks.flatMap(({ machine, variants }) => (machine ? [{ machine, variants }] : []))
  const total = (of: (one: (typeof measured)[number]) => number) =>
    measured.reduce((sum, one) => sum + of(one), 0)
  const isKnown = measured.every(({ machine }) => machine.othersSeconds !== undefined)
  const cores = measured[0]?.machine.cores ?? 0
  const seconds = total(({ machine }) => machine.seconds)
  const busySeconds = total(({ machine }) => machine.busySeconds)
  const use = {
    cores,
    seconds,
    busySeconds,
    busyShare: busySeconds / (cores * seconds),
    othersSeconds: isKnown ? total(({ machine }) => machine.othersSeconds ?? 0) : undefined,
  }
  const requests = total(({ variants }) => variants.a.requests + variants.b.requests)
  return [...saturated(use, requests), ...muchByOthers(use, 'the loads')].map((text) =>
    pc.yellow(`! ${text}`),
  )
}
