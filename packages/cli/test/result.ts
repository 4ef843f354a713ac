import type { Result } from 'perf-sdk'

const usage = { cpuSeconds: 1, peakAnonymousBytes: 2 ** 20 }

export const summary: Result['variants'][string] = {
  requests: 1000,
  targetRate: 100,
  achievedRate: 100,
  mean: 1,
  max: 7,
  percentiles: [],
  outcomes: [],
  extraConnections: { opened: 0, sentAgain: 0 },
  warnings: [],
  usage: { testapp: { app: usage, sidecar: usage } },
}

type Point = Result['comparisons'][number]['percentiles'][number]
export const comparisonWith = (variant: string, point: Partial<Point>) => ({
  variant,
  baseline: 'baseline',
  baselineHasSidecar: false,
  method: 'difference of percentiles' as const,
  percentiles: [{ percentile: 50, baseline: 1, variant: 0.5, added: -0.5, ...point }],
  mean: { baseline: 1, variant: 3, added: 2 },
})

/** A result of a case that has measured something. */
export const result: Result = {
  schemaVersion: 3,
  case: 'a_case',
  description: 'what it measures',
  run: 'r',
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:00:00.000Z',
  outcome: 'passed',
  params: { qps: 100, arrivals: 'bursts', connections: 1, duration: '10s', payload: '', payloadSize: 0 },
  seed: 'a seed',
  loads: [],
  variants: { baseline: summary, dapr: summary },
  comparisons: [comparisonWith('dapr', {})],
  checks: [],
}
