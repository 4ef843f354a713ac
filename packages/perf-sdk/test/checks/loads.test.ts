import { describe, expect, it } from 'vitest'
import { checkBudget } from '../../src/checks/budget.js'
import { checkLoads } from '../../src/checks/loads.js'
import { compare } from '../../src/compare/compare.js'
import type { LoadResult } from '../../src/model/load.js'
import { histogramOf, loadResult, measurementOf, ratedLoad } from '../loads.js'

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
    const late = (count: number) => ratedLoad({ late: { count, worstMs: 1976.4 } })
    expect(failed({ rated: late(6) })).toMatchObject([
      {
        id: 'dapr.late',
        name: 'dapr: at most 5 % of the requests are sent late',
        detail: '6.0 %, the latest by 1976.4 ms',
        ifNotMet: 'not valid',
      },
    ])
    expect(failed({ rated: late(5) })).toEqual([])
  })

  const connections = (baseline: object, closedConnections?: number) => {
    const { summaries } = compare(
      measurementOf({ baseline: [loadResult(1, baseline)], dapr: [loadResult(1)] }),
    )
    const { dapr } = summaries
    const usage = { testapp: { app: { cpuSeconds: 1, closedConnections } } }
    return checkLoads({ ...summaries, dapr: { ...(dapr as NonNullable<typeof dapr>), usage } }).filter(
      (check) => !check.passed,
    )
  }

  it.each([{ opened: 6, sentAgain: 0 }, { opened: 0, sentAgain: 6 }, { openedOrSentAgain: 6 }])(
    'fail for a baseline that alone needs new connections for many of its requests: %j',
    (extraConnections) => {
      expect(connections({ extraConnections }, 5)).toMatchObject([
        { id: 'baseline.connections', detail: '6 of 100', value: 6, limit: 5, ifNotMet: 'not valid' },
      ])
      expect(connections({ extraConnections }, 6)).toEqual([]) // both pay for them
      expect(connections({ extraConnections })).toEqual([]) // not known
      expect(connections({ extraConnections: { opened: 3, sentAgain: 2 } }, 0)).toEqual([])
    },
  )

  it('take all rounds together: one that is sent late is made up for by the others', () => {
    const late = (count: number) => loadResult(1, { rated: ratedLoad({ late: { count, worstMs: 7 } }) })
    const lateIn = (...counts: number[]) => {
      const { summaries } = compare(measurementOf({ baseline: [loadResult(1)], dapr: counts.map(late) }))
      return checkLoads(summaries).filter(({ passed }) => !passed)
    }
    expect(lateIn(0, 20, 0, 0)).toEqual([])
    expect(lateIn(0, 20, 0)).toMatchObject([{ id: 'dapr.late', detail: '6.7 %, the latest by 7.0 ms' }])
  })

  it('fail for a load generator that was late itself', () => {
    const { buckets } = histogramOf(60, 98)
    const two = { start: 1, end: 1, count: 2 } // of 100: p95 is 60 ms
    const slow = { count: 100, min: 1, max: 60, mean: 59, buckets: [two, ...buckets] }
    expect(failed({ rated: ratedLoad({ generatorDelay: slow }) })).toMatchObject([
      {
        id: 'dapr.generator',
        name: 'dapr: the load generator itself is at most 50 ms late at p99',
        detail: '60.00 ms at p95', // p99 needs more requests
        ifNotMet: 'not valid',
      },
    ])
    expect(failed({ rated: ratedLoad({ generatorDelay: histogramOf(50, 1000) }) })).toEqual([])
    expect(failed({ rated: ratedLoad({ generatorDelay: histogramOf(51, 1000) }) })).toMatchObject([
      { id: 'dapr.generator', detail: '51.00 ms at p99' },
    ])
  })

  it('do not know how late the load generator was of a handful of requests', () => {
    expect(failed({ rated: ratedLoad({ generatorDelay: histogramOf(60, 4) }) })).toEqual([])
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

  it('expect no rate where there is no limit, and nothing in time', () => {
    const { rated: _, ...unlimited } = loadResult(1, { targetRate: 0, achievedRate: 5 })
    const { summaries } = compare(measurementOf({ baseline: [unlimited], dapr: [unlimited] }))
    expect(checkLoads(summaries).map(({ id, passed }) => [id, passed])).toEqual([
      ['baseline.success', true],
      ['dapr.success', true],
      ['dapr.rate', true],
      ['baseline.rate', true],
      ['baseline.connections', true],
    ])
  })

  it('fail for a restart', () => {
    expect(failed({}, 2)).toMatchObject([{ id: 'no-restart', ifNotMet: 'failed' }])
  })

  it('have ids of their own, in the order in which they decide', () => {
    const { summaries } = compare(measurementOf({ baseline: [loadResult(1)], dapr: [loadResult(1)] }))
    const ofLoads = [
      ['baseline.success', 'failed'],
      ['dapr.success', 'failed'],
      ['dapr.rate', 'failed'],
      ['baseline.rate', 'not valid'],
      ['baseline.late', 'not valid'],
      ['dapr.late', 'not valid'],
      ['baseline.connections', 'not valid'],
      ['baseline.generator', 'not valid'],
      ['dapr.generator', 'not valid'],
    ]
    const decided = (restarts?: number) =>
      checkLoads(summaries, restarts).map(({ id, ifNotMet }) => [id, ifNotMet])
    expect(decided(0)).toEqual([...ofLoads, ['no-restart', 'failed']])
    expect(decided()).toEqual(ofLoads) // where nothing restarts
  })
})

describe('the rate', () => {
  /** The checks that are not met where each variant sent so many of 1000 requests in time, and what that says. */
  const missed = (sent: Record<string, number>) => {
    const loads = Object.entries(sent).map(([variant, sentInTime]) => [
      variant,
      [loadResult(1, { targetRate: 1000, rated: ratedLoad({ due: 1000, sentInTime }) })],
    ])
    const { summaries } = compare(measurementOf(Object.fromEntries(loads)))
    return checkLoads(summaries).flatMap(({ id, passed, ifNotMet }) => (passed ? [] : [[id, ifNotMet]]))
  }

  it('is reached if 99 % of the requests were sent in time', () => {
    expect(missed({ baseline: 990, dapr: 990 })).toEqual([])
    expect(missed({ baseline: 1000, dapr: 989 })).toEqual([['dapr.rate', 'failed']])
  })

  it('that the baseline missed is no fault of Dapr', () => {
    expect(missed({ baseline: 989, dapr: 1000 })).toEqual([['baseline.rate', 'not valid']])
    expect(missed({ baseline: 989, dapr: 640 })).toEqual([
      ['baseline.rate', 'not valid'],
      ['dapr.rate', 'not valid'],
    ])
  })

  it('of a single variant has no baseline that shows what the machine can do', () => {
    expect(missed({ dapr: 640 })).toEqual([['dapr.rate', 'not valid']])
  })

  it('is told with what was due and what was reached', () => {
    const rated = ratedLoad({ due: 2000, sentInTime: 1280 })
    const dapr = [loadResult(1, { targetRate: 1000, rated })]
    const { summaries } = compare(measurementOf({ baseline: [loadResult(1)], dapr }))
    expect(checkLoads(summaries)).toContainEqual({
      id: 'dapr.rate',
      name: 'dapr: at least 99 % of the requests are sent in time',
      passed: false,
      detail: '1280 of 2000, which is 640.0 of 1000 qps',
      value: 64,
      limit: 99,
      unit: '%',
      ifNotMet: 'failed',
    })
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
