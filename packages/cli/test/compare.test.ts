import { stripVTControlCharacters } from 'node:util'
import type { Result } from 'perf-sdk'
import { expect, it } from 'vitest'
import { comparisonText } from '../src/compare.js'
import { result } from './result.js'

const run = (more: Partial<Result> = {}) => ({ folder: '/x', result: { ...result, ...more } })
const change = { figure: 'mean', unit: 'ms', variant: 'dapr', before: 2, after: 3, change: 0.5 } as const

const text = (...changes: Parameters<typeof comparisonText>[2]) =>
  stripVTControlCharacters(
    comparisonText(
      run({ startedAt: '2026-11-25T10:00:00.000Z' }),
      run({ startedAt: '2026-11-25T12:30:00.000Z' }),
      changes,
    ),
  )

it('shows what changed, with its interval and what that says', () => {
  expect(text({ ...change, interval: { low: 0.25, high: 0.75 } })).toMatch(
    /^dapr: mean, ms +2\.000 +3\.000 +\+50\.0 % +\+25\.0 to \+75\.0 % +more$/m,
  )
  expect(text({ ...change, interval: { low: -0.25, high: 1 } })).toMatch(/can't be told from none$/m)
  expect(text(change)).toMatch(/no interval: a single round$/m)
  expect(text({ figure: 'p99', unit: 'ms', variant: 'dapr', before: null, after: null })).toMatch(
    /\? +\? +\? +not known$/m,
  )
})

it('says which run did not pass, and why', () => {
  const unsuccessful = {
    id: 'dapr.success',
    name: 'dapr: every response is a success',
    passed: false,
    detail: '5 of 9',
  }
  const failed = run({ outcome: 'failed', checks: [unsuccessful] })
  const ended = run({ outcome: 'interrupted', error: 'interrupted by SIGINT' })
  const shown = stripVTControlCharacters(comparisonText(failed, ended, [change]))
  expect(shown).toMatch(/^! run 1 failed: dapr: every response is a success \(5 of 9\)$/m)
  expect(shown).toMatch(/^! run 2 could not be finished: interrupted by SIGINT$/m)
  const overBudget = { ...unsuccessful, name: 'budget', enforced: true }
  const enforced = run({ outcome: 'failed', budget: overBudget, checks: [] })
  expect(stripVTControlCharacters(comparisonText(enforced, run(), [change]))).toMatch(
    /^! run 1 failed: budget/m,
  )
  const late = {
    ...unsuccessful,
    name: 'dapr: at most 5 % late',
    detail: '18 %',
    ifNotMet: 'not valid' as const,
  }
  const notValid = run({ outcome: 'not valid', checks: [late] })
  expect(stripVTControlCharacters(comparisonText(run(), notValid, [change]))).toMatch(
    /^! run 2 was not valid: dapr: at most 5 % late \(18 %\)$/m,
  )
  expect(text(change)).not.toContain('! run')
})

it('says that it does not know how the machine drifted between the runs', () => {
  expect(text(change)).toMatch(/^! The second run was made 2\.5 h after the first/m)
})
