import { type Target, target } from '../src/case/target.js'
import type { LoadResult } from '../src/load-engine/load-engine.js'
import type { MeasuredLoad, Measurement } from '../src/measure/measurement.js'

/** What came of a load whose requests all took the same time, in ms. */
export const loadResult = (ms: number, overrides: Partial<LoadResult> = {}): LoadResult => ({
  engine: { name: 'fortio', version: '1.16.1' },
  targetRate: 100,
  achievedRate: 100,
  seconds: 1,
  connections: 1,
  sent: 101,
  outcomes: [{ code: '200', kind: 'success', count: 100 }],
  late: { worstMs: 0 },
  histogram: { count: 100, min: ms, max: ms, mean: ms, buckets: [{ start: ms, end: ms, count: 100 }] },
  raw: '{}',
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
