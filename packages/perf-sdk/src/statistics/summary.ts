import type { Histogram, LateSends, LoadResult } from '../load-engine/load-engine.js'
import type { Summary, Times, Usage, UsageByApp } from '../results/schema.js'
import { sum } from './mean.js'
import { percentileOf } from './percentile.js'

export const percentiles = [50, 75, 90, 95, 99, 99.9]
const mostWarnings = 3

/** The loads of one variant, taken together. */
export function summarize(loads: { result: LoadResult; usage: UsageByApp }[]): Summary {
  const results = loads.map(({ result }) => result)
  const histograms = results.map(({ histogram }) => histogram)
  const requests = sum(histograms.map(({ count }) => count))
  const responseTimes = results.flatMap(({ responseTime }) => responseTime ?? [])
  const late = results.flatMap((result) => result.late ?? [])
  const seconds = sum(results.map((result) => result.seconds))
  return {
    requests,
    targetRate: results[0]?.targetRate ?? 0,
    achievedRate: sum(results.map((result) => result.achievedRate * result.seconds)) / seconds,
    ...timesOf(histograms),
    ...(responseTimes.length === results.length && { responseTime: timesOf(responseTimes) }),
    ...(late.length === results.length && { late: worstOf(late) }),
    outcomes: addOutcomes(results.flatMap(({ outcomes }) => outcomes)),
    warnings: [...new Set(results.flatMap(({ warnings = [] }) => warnings))].slice(0, mostWarnings),
    usage: addUsage(loads.map(({ usage }) => usage)),
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

/** The largest share in one load, and the latest request of all. */
function worstOf(late: LateSends[]): LateSends {
  const percents = late.flatMap(({ percent }) => percent ?? [])
  return {
    ...(percents.length > 0 && { percent: Math.max(...percents) }),
    worstMs: Math.max(...late.map(({ worstMs }) => worstMs)),
  }
}

function addOutcomes(outcomes: Summary['outcomes']): Summary['outcomes'] {
  const total = new Map<string, Summary['outcomes'][number]>()
  for (const { code, kind, count } of outcomes)
    total.set(code, { code, kind, count: (total.get(code)?.count ?? 0) + count })
  return [...total.values()]
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
  const known = usages.filter((usage) => usage !== undefined)
  if (known.length < usages.length) return undefined
  const peaks = known.flatMap(({ peakAnonymousBytes }) => peakAnonymousBytes ?? [])
  return {
    cpuSeconds: sum(known.map(({ cpuSeconds }) => cpuSeconds)),
    ...(peaks.length > 0 && { peakAnonymousBytes: Math.max(...peaks) }),
  }
}
