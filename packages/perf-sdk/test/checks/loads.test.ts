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

  it('fail where outcomes are missing, all or some: a request of unknown outcome is no success', () => {
    expect(failed({ outcomes: [] })).toMatchObject([
      { id: 'dapr.success', detail: '0 outcomes are known of 100 requests' },
    ])
    const outcomes = [{ code: '200', kind: 'success' as const, count: 99 }]
    expect(failed({ outcomes })).toMatchObject([
      { id: 'dapr.success', detail: '99 outcomes are known of 100 requests' },
    ])
  })

  it('fail for more than 5 % of requests that are sent late, and say by how much', () => {
    expect(failed({ late: { percent: 5.1, worstMs: 1976.4 } })).toMatchObject([
      {
        id: 'dapr.late',
        name: 'dapr: at most 5 % of the requests are sent late',
        detail: '5.1 %, the latest by 1976.4 ms',
      },
    ])
    expect(failed({ late: { percent: 5, worstMs: 1976.4 } })).toEqual([])
    expect(failed({ late: { worstMs: 1976.4 } })).toEqual([])
  })

  it('fail where nobody knows what was sent late', () => {
    const { late: _, ...unknown } = loadResult(1)
    const { summaries } = compare(measurementOf({ baseline: [unknown], dapr: [loadResult(1)] }))
    expect(checkLoads(summaries).filter(({ passed }) => !passed)).toMatchObject([
      { id: 'baseline.late', detail: 'not known' },
    ])
  })

  it('fail for one round of many that is sent late', () => {
    const rounds = [loadResult(1), loadResult(1, { late: { percent: 20, worstMs: 7 } }), loadResult(1)]
    const { summaries } = compare(measurementOf({ baseline: [loadResult(1)], dapr: rounds }))
    expect(checkLoads(summaries).filter(({ passed }) => !passed)).toMatchObject([
      { id: 'dapr.late', detail: '20.0 %, the latest by 7.0 ms' },
    ])
  })

  it("fail with the engine's own warnings, which name the cause", () => {
    const outcomes = [
      { code: '200', kind: 'success' as const, count: 98 },
      { code: '-1', kind: 'failure' as const, count: 2 },
    ]
    const warnings = ['Buffer is too small for headers 127 + data 200000']
    expect(failed({ outcomes, warnings })[0]?.detail).toBe(
      '2 of 100 failed: 2 × -1; Buffer is too small for headers 127 + data 200000',
    )
  })

  it('fail for 99 % of the target rate or less, and say what was reached', () => {
    expect(failed({ achievedRate: 99 })).toMatchObject([
      { id: 'dapr.rate', detail: '99.0 of 100 qps, 99.0 %' },
    ])
    expect(failed({ achievedRate: 99.1 })).toEqual([])
  })

  it('expect no rate where there is no limit, and nothing in time', () => {
    expect(failed({ targetRate: 0, achievedRate: 5, late: { percent: 100, worstMs: 5 } })).toEqual([])
  })

  it('fail for a restart', () => {
    expect(failed({}, 2)).toMatchObject([{ id: 'no-restart' }])
  })

  it('have ids of their own', () => {
    const { summaries } = compare(measurementOf({ baseline: [loadResult(1)], dapr: [loadResult(1)] }))
    const ids = checkLoads(summaries, 0).map(({ id }) => id)
    const ofLoads = ['baseline', 'dapr'].flatMap((name) =>
      ['success', 'rate', 'late'].map((id) => `${name}.${id}`),
    )
    expect(ids).toEqual([...ofLoads, 'no-restart'])
    expect(checkLoads(summaries).map(({ id }) => id)).toEqual(ofLoads) // where nothing restarts
  })
})

describe('the budget', () => {
  const measured = compare(measurementOf({ baseline: [loadResult(1)], dapr: [loadResult(3.5)] }))

  it.each([50, 90, 95, 96.5, 12])('is met up to what it allows, at p%s', (percentile) => {
    expect(checkBudget({ percentile, addedMs: 2.6 }, measured).passed).toBe(true)
    expect(checkBudget({ percentile, addedMs: 2 }, measured)).toMatchObject({
      passed: false,
      detail: '2.50 ms',
    })
  })

  it('is not met where a percentile is not known', () => {
    expect(checkBudget({ percentile: 99, addedMs: 1000 }, measured)).toMatchObject({
      passed: false,
      detail: 'not known: p99 needs 299 requests',
    })
    expect(checkBudget({ percentile: 90, addedMs: 1000 })).toMatchObject({
      passed: false,
      detail: 'not known',
    })
  })
})
