import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { Block } from '../model/block.js'

const mostStealPercent = 2

/** Processor time of this machine since its start, in ticks; undefined on systems other than Linux. */
export interface ProcessorTimes {
  total: number
  steal: number
}

export function processorTimes(): ProcessorTimes | undefined {
  try {
    const [, ...fields] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').trim().split(/\s+/)
    const times = fields.slice(0, 8).map(Number) // the rest is part of user and nice (proc(5))
    return { total: times.reduce((sum, time) => sum + time, 0), steal: times[7] ?? 0 }
  } catch {
    return undefined
  }
}

export function stealPercent(before: ProcessorTimes | undefined, after: ProcessorTimes | undefined) {
  if (!before || !after || after.total === before.total) return undefined
  return ((after.steal - before.steal) / (after.total - before.total)) * 100
}

/** What may have disturbed a block, in words. */
export function interferenceOf({
  stealPercent: steal = 0,
  loadAverage = 0,
}: Pick<Block, 'stealPercent' | 'loadAverage'>): string[] {
  const cores = availableParallelism()
  return [
    ...(steal > mostStealPercent ? [`steal time ${steal.toFixed(1)} %`] : []),
    ...(loadAverage > 3 * cores ? [`load average ${loadAverage.toFixed(1)} on ${cores} cores`] : []),
  ]
}
