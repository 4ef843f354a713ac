import type { Round } from '../measure/measure.js'
import { type Percentile, percentileOf } from '../measure/percentile.js'
import type { Usage, UsageByApp } from '../platforms/platform.js'

export const percentiles = [50, 75, 90, 99, 99.9]

/** One side of a measurement, over all its rounds. */
export interface Summary {
  requests: number
  /** Requests per second. */
  requestedQps: number
  achievedQps: number
  percentiles: Percentile[]
  /** Milliseconds. */
  average: number
  /** How many requests were answered with which code; -1 is fortio's for a connection that failed. */
  returnCodes: Record<string, number>
  usage: UsageByApp
}

export function summarize(rounds: Round[]): Summary {
  const results = rounds.map((round) => round.result)
  const histograms = results.map((result) => result.DurationHistogram)
  const requests = sum(histograms.map((histogram) => histogram.Count))
  const seconds = sum(results.map((result) => result.ActualDuration / 1e9))
  return {
    requests,
    requestedQps: rounds[0]?.requestedQps ?? 0,
    achievedQps: sum(results.map((result) => (result.ActualQPS * result.ActualDuration) / 1e9)) / seconds,
    percentiles: percentiles.map((percentile) => percentileOf(histograms, percentile)),
    average: (sum(histograms.map((histogram) => histogram.Avg * histogram.Count)) / requests) * 1000,
    returnCodes: addUp(results.map((result) => result.RetCodes)),
    usage: addUsage(rounds.map((round) => round.usage)),
  }
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

function addUp(counts: Record<string, number>[]): Record<string, number> {
  const total: Record<string, number> = {}
  for (const [code, count] of counts.flatMap(Object.entries<number>)) total[code] = (total[code] ?? 0) + count
  return total
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
