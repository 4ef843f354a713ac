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

it('says that it does not know how the machine drifted between the runs', () => {
  expect(text(change)).toMatch(/^! The second run was made 2\.5 h after the first/m)
})
