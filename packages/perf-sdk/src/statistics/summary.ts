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

function addUsage(usages: UsageByApp[]): UsageByApp {
  const total: UsageByApp = {}
  for (const [name, { app, sidecar }] of usages.flatMap((usage) => Object.entries(usage))) {
    const before = total[name]
    total[name] = {
      app: add(before?.app, app),
      ...(sidecar && { sidecar: add(before?.sidecar, sidecar) }),
    }
  }
  return total
}

function add(before: Usage | undefined, next: Usage): Usage {
  const peaks = [before?.peakAnonymousBytes, next.peakAnonymousBytes].filter((peak) => peak !== undefined)
  return {
    cpuSeconds: (before?.cpuSeconds ?? 0) + next.cpuSeconds,
    ...(peaks.length > 0 && { peakAnonymousBytes: Math.max(...peaks) }),
  }
}
