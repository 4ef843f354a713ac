import { type Block, muchByOthersShare, nearlySaturatedShare } from 'perf-sdk/runner'
import pc from 'picocolors'
import { rateBelowSaturation, saturatedText } from '../terminal/machine.js'

/** What of the machine may limit the answer. */
export function machineLines(blocks: Block[]): string[] {
  const measured = blocks.flatMap(({ machine, variants }) => (machine ? [{ machine, variants }] : []))
  const total = (of: (one: (typeof measured)[number]) => number) =>
    measured.reduce((sum, one) => sum + of(one), 0)
  const cores = measured[0]?.machine.cores ?? 0
  const [seconds, busySeconds] = [
    total(({ machine }) => machine.seconds),
    total(({ machine }) => machine.busySeconds),
  ]
  const isKnown = measured.every(({ machine }) => machine.othersSeconds !== undefined)
  const othersSeconds = isKnown ? total(({ machine }) => machine.othersSeconds ?? 0) : undefined
  const busy = busySeconds / (cores * seconds)
  const others = (othersSeconds ?? 0) / seconds
  const rate = rateBelowSaturation(
    { cores, seconds, busySeconds, othersSeconds },
    total(({ variants }) => variants.a.requests + variants.b.requests),
  )
  return [
    ...(busy > nearlySaturatedShare ? [saturatedText(busy, rate)] : []),
    ...(others > muchByOthersShare * cores
      ? [`other processes used ${others.toFixed(1)} of ${cores} cores during the loads`]
      : []),
  ].map((text) => pc.yellow(`! ${text}`))
}
