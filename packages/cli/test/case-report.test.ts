import { stripVTControlCharacters } from 'node:util'
import type { Result } from 'perf-sdk'
import { expect, it } from 'vitest'
import { caseReport } from '../src/terminal/case-report.js'
import { runReport } from '../src/terminal/run-report.js'
import { comparisonWith, result as measured, summary } from './result.js'

const result: Result = {
  ...measured,
  outcome: 'failed',
  checks: [{ id: 'dapr.rate', name: 'rate', passed: false, detail: '90 of 100 qps' }],
}

const reportOf = (fields: Partial<Result> = {}) =>
  stripVTControlCharacters(caseReport({ ...result, ...fields }, process.cwd()))

it('marks a percentile that is a guess, and says what the mark means', () => {
  const report = reportOf({ comparisons: [comparisonWith('dapr', { percentile: 99.9, coarse: true })] })
  expect(report).toMatch(/^p99\.9 +1\.000 +0\.500 +−0\.500 ~$/m)
  expect(report).toMatch(/^.*~ rough: it lies in a wide bucket/m)
})

it('shows the interval of what Dapr adds, and says where it can not be told from zero', () => {
  const comparison = comparisonWith('dapr', {
    percentile: 50,
    added: 0.5,
    interval: { low: -0.25, high: 1.25 },
  })
  const report = reportOf({ comparisons: [comparison] })
  expect(report).toMatch(/^p50 .* \+0\.500 \(−0\.250 to 1\.250\)$/m)
  expect(report).toMatch(/^In brackets is its 95 % interval, from the rounds\.$/m)
  expect(report).toMatch(/^! what Dapr adds can't be told from zero: p50$/m)
  expect(reportOf()).not.toContain('interval')
  const clear = comparisonWith('dapr', { percentile: 50, added: 0.5, interval: { low: 0.25, high: 0.75 } })
  expect(reportOf({ comparisons: [clear] })).not.toContain("can't be told")
})

it('has no mark where every percentile is a measured one', () => {
  expect(reportOf()).not.toContain('~')
})

it('shows a percentile of too few requests as not known, and says what the mark means', () => {
  const report = reportOf({
    comparisons: [comparisonWith('dapr', { percentile: 99.9, variant: null, added: null })],
  })
  expect(report).toMatch(/^p99\.9 +1\.000 +\? +\?$/m)
  expect(report).toMatch(/^\? not known: it needs more requests/m)
  expect(reportOf()).not.toContain('not known')
})

it('shows the longest time of each variant', () => {
  const variants = { baseline: summary, dapr: { ...summary, max: 2000.5 } }
  expect(reportOf({ variants })).toMatch(/^max +7\.000 +2000\.500$/m)
})

it('says how many requests were sent late, where the percentiles leave out their wait', () => {
  const with99 = (value: number | null) => ({
    percentiles: [{ percentile: 99, value, bucket: null, coarse: false }],
    mean: 1,
    max: 1,
  })
  const reportWith = (
    fields: Partial<typeof summary> & Pick<Result['variants'][string], 'late' | 'responseTime'>,
  ) => reportOf({ variants: { baseline: summary, dapr: { ...summary, ...fields } } })
  const late = { percent: 19.7, worstMs: 1976 }
  const told =
    '! Dapr: 19.7 % of the requests were sent late, the latest by 1976.000 ms: percentiles leave out that wait'
  expect(reportWith({ late })).toContain(`${told}\n`)
  expect(reportWith({ late, responseTime: with99(1800) })).toContain(
    `${told}; from when requests were due it is 1800.000 ms at p99\n`,
  )
  expect(reportWith({ late, responseTime: with99(null) })).toContain(`${told}\n`)
  expect(reportWith({ late: { percent: 1, worstMs: 1976 } })).not.toContain('late')
  expect(reportWith({ late: { worstMs: 1976 } })).not.toContain('late')
})

it('says how many failed requests are in the percentiles', () => {
  const outcomes = [
    { code: '200', kind: 'success' as const, count: 988 },
    { code: '500', kind: 'failure' as const, count: 7 },
    { code: '-1', kind: 'failure' as const, count: 5 },
  ]
  expect(reportOf({ variants: { baseline: summary, dapr: { ...summary, outcomes } } })).toContain(
    '! Dapr: 12 of 1000 requests failed, and their times are in the percentiles\n',
  )
  expect(reportOf()).not.toContain('failed, and')
})

it('shows the connections that were used', () => {
  const load = {
    variant: 'dapr',
    round: 1,
    startedAt: result.startedAt,
    seconds: 1,
    engine: { name: 'fortio', version: '1' },
    targetRate: 10,
    achievedRate: 10,
    connections: 5,
    sent: 26,
    outcomes: [],
    usage: {},
    file: 'x',
  }
  const params = { ...result.params, connections: 16 }
  expect(reportOf({ params, loads: [load, load] })).toContain('100 qps over 5 connections')
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

it('ends with one table over several cases, the unfinished ones among them, and counts those that were not started', () => {
  const ends = [
    { result: { ...result, outcome: 'passed' as const }, folder: '/a' },
    { result: { ...result, case: 'other', outcome: 'interrupted' as const, comparisons: [] }, folder: '/b' },
  ]
  const report = stripVTControlCharacters(runReport(ends, 8))
  expect(report).toMatch(/^a_case +1\.000 +0\.500 +−0\.500 +100\.0 +passed$/m)
  expect(report).toMatch(/^other +interrupted$/m)
  expect(report).toContain('1 of 8 cases passed, 6 not started\n')
  expect(runReport(ends, 2)).toContain('1 of 2 cases passed\n')
})
