import type { Histogram } from '../model/histogram.js'
import type { ExtraConnections, LoadResult, MachineUse, RatedLoad } from '../model/load.js'
import type { Machine, Summary, Times } from '../model/summary.js'
import { commonCpuSource, type Usage, type UsageByApp } from '../model/usage.js'
import { sum } from './mean.js'
import { percentileOf } from './percentile.js'

export const percentiles = [50, 75, 90, 95, 99, 99.9]
const mostWarnings = 3

/** The loads of one variant, taken together. */
export function summarize(loads: { result: LoadResult; usage: UsageByApp }[]): Summary {
  const results = loads.map(({ result }) => result)
  const histograms = results.map(({ histogram }) => histogram)
  const requests = sum(histograms.map(({ count }) => count))
  const targetRate = results[0]?.targetRate ?? 0
  const seconds = sum(results.map((result) => result.seconds))
  const rated = ofAll(results.map((result) => result.rated))
  const machines = ofAll(results.map(({ machine }) => machine))
  return {
    requests,
    targetRate,
    achievedRate: sum(results.map((result) => result.achievedRate * result.seconds)) / seconds,
    ...timesOf(histograms),
    ...(rated && summarizeRated(rated, targetRate, requests)),
    outcomes: addOutcomes(results.flatMap(({ outcomes }) => outcomes)),
    extraConnections: addExtraConnections(results.map(({ extraConnections }) => extraConnections)),
    ...(machines && { machine: addMachines(machines) }),
    warnings: [...new Set(results.flatMap(({ warnings = [] }) => warnings))].slice(0, mostWarnings),
    usage: addUsage(loads.map(({ usage }) => usage)),
  }
}

/** What is unknown of one load is unknown of all. */
function ofAll<T>(values: (T | undefined)[]): T[] | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length < values.length ? undefined : known
}

function summarizeRated(loads: RatedLoad[], targetRate: number, requests: number) {
  const due = sum(loads.map((load) => load.due))
  const sentInTime = sum(loads.map((load) => load.sentInTime))
  const late = sum(loads.map((load) => load.late.count))
  return {
    achievedRate: (targetRate * sentInTime) / due,
    due,
    sentInTime,
    late: {
      count: late,
      percent: (late / requests) * 100,
      worstMs: Math.max(...loads.map((load) => load.late.worstMs)),
    },
    responseTime: timesOf(loads.map(({ responseTime }) => responseTime)),
    generatorDelay: timesOf(loads.map(({ generatorDelay }) => generatorDelay)),
  }
}

function timesOf(histograms: Histogram[]): Times {
  const requests = sum(histograms.map(({ count }) => count))
  return {
    percentiles: percentiles.map((percentile) => percentileOf(histograms, percentile)),
    mean: sum(histograms.map(({ mean, count }) => mean * count)) / requests,
    max: Math.max(...histograms.map(({ max }) => max)),
  }
}

/** One of the percentiles; null where it is not known. */
export const valueAt = (percentile: number, times: Pick<Times, 'percentiles'>) =>
  times.percentiles.find((one) => one.percentile === percentile)?.value ?? null

function addOutcomes(outcomes: Summary['outcomes']): Summary['outcomes'] {
  const total = new Map<string, Summary['outcomes'][number]>()
  for (const { code, kind, count } of outcomes)
    total.set(code, { code, kind, count: (total.get(code)?.count ?? 0) + count })
  return [...total.values()]
}

function addExtraConnections(loads: ExtraConnections[]): ExtraConnections {
  const apart = loads.flatMap((load) => ('opened' in load ? load : []))
  if (apart.length < loads.length) return { openedOrSentAgain: sum(loads.map(extraConnectionsOf)) }
  return {
    opened: sum(apart.map(({ opened }) => opened)),
    sentAgain: sum(apart.map(({ sentAgain }) => sentAgain)),
  }
}

/** How many connections were opened again, and requests sent a second time. */
export const extraConnectionsOf = (load: ExtraConnections) =>
  'opened' in load ? load.opened + load.sentAgain : load.openedOrSentAgain

function addMachines(loads: MachineUse[]): Machine {
  const total = (field: keyof MachineUse) => sum(loads.map((load) => load[field]))
  const cores = loads[0]?.cores ?? 0
  const [seconds, busySeconds] = [total('seconds'), total('busySeconds')]
  return {
    cores,
    seconds,
    busySeconds,
    busyShare: busySeconds / (cores * seconds),
    generatorSeconds: total('generatorSeconds'),
    stealSeconds: total('stealSeconds'),
  }
}

/** What is unknown in one load is unknown in all: a sum without it would be too small for all requests. */
function addUsage(usages: UsageByApp[]): UsageByApp {
  const names = Object.keys(usages[0] ?? {})
  return Object.fromEntries(
    names.flatMap((name) => {
      const app = add(usages.map((usage) => usage[name]?.app))
      const sidecar = add(usages.map((usage) => usage[name]?.sidecar))
      return app ? [[name, { app, ...(sidecar && { sidecar }) }]] : []
    }),
  )
}

function add(usages: (Usage | undefined)[]): Usage | undefined {
  const known = ofAll(usages)
  if (!known) return undefined
  const peaks = known.flatMap(({ peakAnonymousBytes }) => peakAnonymousBytes ?? [])
  const cpuSource = commonCpuSource(known)
  const closed = ofAll(known.map(({ closedConnections }) => closedConnections))
  return {
    cpuSeconds: sum(known.map(({ cpuSeconds }) => cpuSeconds)),
    ...(cpuSource && { cpuSource }),
    ...(peaks.length > 0 && { peakAnonymousBytes: Math.max(...peaks) }),
    ...(closed && { closedConnections: sum(closed) }),
  }
}
