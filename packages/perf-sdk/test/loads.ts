import { type Target, target } from '../src/description/target.js'
import type { Histogram } from '../src/model/histogram.js'
import type { LoadResult, RatedLoad } from '../src/model/load.js'
import type { MeasuredLoad, Measurement } from '../src/model/measurement.js'

/** A histogram of requests that all took the same time, in ms. */
export const histogramOf = (ms: number, count = 100): Histogram => ({
  count,
  min: ms,
  max: ms,
  mean: ms,
  buckets: [{ start: ms, end: ms, count }],
})

/** What a load did of what was due. */
export const ratedLoad = (overrides: Partial<RatedLoad> = {}): RatedLoad => ({
  arrivals: 'bursts',
  due: 100,
  sentInTime: 100,
  late: { count: 0, worstMs: 0 },
  responseTime: histogramOf(1),
  generatorDelay: histogramOf(0.1),
  ...overrides,
})

/** What came of a load whose requests all took the same time, in ms. */
export const loadResult = (ms: number, overrides: Partial<LoadResult> = {}): LoadResult => ({
  engine: { name: 'fortio', version: '1.16.1' },
  targetRate: 100,
  achievedRate: 100,
  seconds: 1,
  connections: 1,
  sent: 101,
  outcomes: [{ code: '200', kind: 'success', count: 100 }],
  histogram: histogramOf(ms),
  rated: ratedLoad(),
  extraConnections: { opened: 0, sentAgain: 0 },
  ...overrides,
})

export const measuredLoad = (variant: string, result: LoadResult): MeasuredLoad => ({
  variant,
  round: 1,
  startedAt: new Date(0),
  result,
  file: 'fortio/x.json',
  usage: {
    testapp: {
      app: { cpuSeconds: 1, peakAnonymousBytes: 10 },
      sidecar: { cpuSeconds: 2, peakAnonymousBytes: 20 },
    },
  },
})

/** A measurement with the given loads of each variant. */
export function measurementOf(
  results: Record<string, LoadResult[]>,
  targets: Record<string, Target> = {},
): Measurement {
  const variants = Object.keys(results)
  return {
    targets: Object.fromEntries(variants.map((variant) => [variant, targets[variant] ?? target.noop()])),
    loads: Object.entries(results).flatMap(([variant, list]) =>
      list.map((result) => measuredLoad(variant, result)),
    ),
    sent: Object.fromEntries(variants.map((variant) => [variant, 0])),
    warmUpBodyBytes: {},
  }
}
