import { describe, expect, it } from 'vitest'
import { checkBudget } from '../../src/checks/budget.js'
import { checkLoads } from '../../src/checks/loads.js'
import { compare } from '../../src/compare/compare.js'
import type { LoadResult } from '../../src/load-engine/load-engine.js'
import { loadResult, measurementOf } from '../loads.js'

describe('the checks of every load', () => {
  const failed = (dapr: Partial<LoadResult>, restarts = 0) => {
    const { summaries } = compare(measurementOf({ baseline: [loadResult(1)], dapr: [loadResult(1, dapr)] }))
    return checkLoads(summaries, restarts).filter((check) => !check.passed)
  }

  it('hold for successes at the target rate', () => {
    expect(failed({})).toEqual([])
  })

  it('fail for a single failure, and say which', () => {
    const outcomes = [
      { code: '200', kind: 'success' as const, count: 99 },
      { code: '-1', kind: 'failure' as const, count: 1 },
    ]
    expect(failed({ outcomes })).toMatchObject([
      { id: 'dapr.success', name: 'dapr: every response is a success', detail: '1 of 100 failed: 1 × -1' },
    ])
  })

  it('fail for 99 % of the target rate or less, and say what was reached', () => {
    expect(failed({ achievedRate: 99 })).toMatchObject([
      { id: 'dapr.rate', detail: '99.0 of 100 qps, 99.0 %' },
    ])
    expect(failed({ achievedRate: 99.1 })).toEqual([])
  })

  it('expect no rate where there is no limit', () => {
    expect(failed({ targetRate: 0, achievedRate: 5 })).toEqual([])
  })

  it('fail for a restart', () => {
    expect(failed({}, 2)).toMatchObject([{ id: 'no-restart' }])
  })

  it('have ids of their own', () => {
    const { summaries } = compare(measurementOf({ baseline: [loadResult(1)], dapr: [loadResult(1)] }))
    const ids = checkLoads(summaries, 0).map(({ id }) => id)
    expect(ids).toEqual(['baseline.success', 'baseline.rate', 'dapr.success', 'dapr.rate', 'no-restart'])
  })
})

it('the budget is met up to what it allows', () => {
  const measurement = measurementOf({ baseline: [loadResult(1)], dapr: [loadResult(3.5)] })
  const { comparisons } = compare(measurement)
  expect(checkBudget({ percentile: 90, addedMs: 2.6 }, comparisons).passed).toBe(true)
  expect(checkBudget({ percentile: 90, addedMs: 2 }, comparisons)).toMatchObject({
    passed: false,
    detail: '2.50 ms',
  })
  const unknown = { passed: false, detail: 'unknown' }
  expect(checkBudget({ percentile: 95, addedMs: 2 }, comparisons)).toMatchObject(unknown)
  expect(checkBudget({ percentile: 90, addedMs: 2 }, [])).toMatchObject(unknown)
})
