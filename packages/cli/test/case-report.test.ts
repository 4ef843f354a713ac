import { stripVTControlCharacters } from 'node:util'
import type { Result } from 'perf-sdk'
import { expect, it } from 'vitest'
import { caseReport } from '../src/terminal/case-report.js'
import { runReport } from '../src/terminal/run-report.js'

const usage = { cpuSeconds: 1, peakMemoryBytes: 2 ** 20 }
const summary = {
  requests: 1000,
  targetRate: 100,
  achievedRate: 100,
  mean: 1,
  percentiles: [],
  outcomes: [],
  usage: { testapp: { app: usage, sidecar: usage } },
}

const comparisonWith = (variant: string, point: { percentile: number; coarse: boolean }) => ({
  variant,
  baseline: 'baseline',
  method: 'difference of percentiles' as const,
  percentiles: [{ baseline: 1, variant: 0.5, added: -0.5, ...point }],
  mean: { baseline: 1, variant: 3, added: 2 },
})

const result: Result = {
  schemaVersion: 2,
  case: 'a_case',
  description: 'what it measures',
  run: 'r',
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:00:00.000Z',
  outcome: 'failed',
  params: { qps: 100, connections: 1, duration: '10s', payload: '', payloadSize: 0 },
  loads: [],
  variants: { baseline: summary, dapr: summary },
  comparisons: [comparisonWith('dapr', { percentile: 50, coarse: false })],
  checks: [{ id: 'dapr.rate', name: 'rate', passed: false, detail: '90 of 100 qps' }],
}

const reportOf = (fields: Partial<Result> = {}) =>
  stripVTControlCharacters(caseReport({ ...result, ...fields }, process.cwd()))

it('marks a percentile that is a guess, and says what the mark means', () => {
  const report = reportOf({ comparisons: [comparisonWith('dapr', { percentile: 99.9, coarse: true })] })
  expect(report).toMatch(/^p99\.9 +1\.000 +0\.500 +−0\.500 ~$/m)
  expect(report).toMatch(/^.*~ rough: it lies in a wide bucket/m)
})

it('has no mark where every percentile is a measured one', () => {
  expect(reportOf()).not.toContain('~')
})

it('shows CPU per request, and the check that failed with its figures', () => {
  const report = reportOf()
  expect(report).toMatch(/^testapp's sidecar +1\.00 s +1000 µs +1 MiB$/m)
  expect(report).toContain('✗ rate (90 of 100 qps)')
  expect(report).toContain('failed, results in .')
})

it('shows each further variant with what it has and adds', () => {
  const comparisons = ['dapr', 'tracing'].map((variant) =>
    comparisonWith(variant, { percentile: 50, coarse: false }),
  )
  const report = reportOf({ comparisons, variants: { ...result.variants, tracing: summary } })
  expect(report).toMatch(/^ms +baseline +Dapr +Dapr adds +tracing +tracing adds$/m)
  expect(report).toMatch(/^mean +1\.000 +3\.000 +\+2\.000 +3\.000 +\+2\.000$/m)
  expect(report).toContain('during the tracing load')
})

it('says of a case that could not be finished why', () => {
  const fields = { outcome: 'error', error: 'testapp was killed', comparisons: [], variants: {} } as const
  const report = reportOf({ ...fields, comparisons: [] })
  expect(report).toContain('error: testapp was killed')
})

it('ends with one table over several cases, the unfinished ones among them', () => {
  const ends = [
    { result: { ...result, outcome: 'passed' as const }, folder: '/a' },
    { result: { ...result, case: 'other', outcome: 'interrupted' as const, comparisons: [] }, folder: '/b' },
  ]
  const report = stripVTControlCharacters(runReport(ends))
  expect(report).toMatch(/^a_case +1\.000 +0\.500 +−0\.500 +100\.0 +passed$/m)
  expect(report).toMatch(/^other +interrupted$/m)
  expect(report).toContain('1 of 2 cases passed')
})
