import type { LoadResult } from '../load-engine/load-engine.js'
import type { Summary, Usage, UsageByApp } from '../results/schema.js'
import { percentileOf } from './percentile.js'

export const percentiles = [50, 75, 90, 99, 99.9]

/** The loads of one variant, taken together. */
export function summarize(loads: { result: LoadResult; usage: UsageByApp }[]): Summary {
  const results = loads.map(({ result }) => result)
  const histograms = results.map(({ histogram }) => histogram)
  const requests = sum(histograms.map(({ count }) => count))
  const seconds = sum(results.map((result) => result.seconds))
  return {
    requests,
    targetRate: results[0]?.targetRate ?? 0,
    achievedRate: sum(results.map((result) => result.achievedRate * result.seconds)) / seconds,
    percentiles: percentiles.map((percentile) => percentileOf(histograms, percentile)),
    mean: sum(histograms.map(({ mean, count }) => mean * count)) / requests,
    outcomes: addOutcomes(results.flatMap(({ outcomes }) => outcomes)),
    usage: addUsage(loads.map(({ usage }) => usage)),
  }
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

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

const add = (before: Usage | undefined, next: Usage): Usage => ({
  cpuSeconds: (before?.cpuSeconds ?? 0) + next.cpuSeconds,
  peakMemoryBytes: Math.max(before?.peakMemoryBytes ?? 0, next.peakMemoryBytes),
})
