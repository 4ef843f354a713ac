import { describe, expect, it } from 'vitest'
import { checkBudget, checkLoads } from '../src/compare/checks.js'
import { compare } from '../src/compare/compare.js'
import type { Round } from '../src/measure/measure.js'

function round(ms: number, overrides: Partial<Round['result']> = {}): Round {
  const seconds = ms / 1000
  return {
    round: 1,
    requestedQps: 100,
    file: 'fortio/x.json',
    usage: {
      testapp: {
        app: { cpuSeconds: 1, peakMemoryBytes: 10 },
        sidecar: { cpuSeconds: 2, peakMemoryBytes: 20 },
      },
    },
    result: {
      RequestedQPS: '100',
      ActualQPS: 100,
      ActualDuration: 1e9,
      Version: '1.16.1',
      RetCodes: { '200': 100 },
      DurationHistogram: {
        Count: 100,
        Min: seconds,
        Max: seconds,
        Avg: seconds,
        Data: [{ Start: seconds, End: seconds, Count: 100 }],
      },
      ...overrides,
    },
  }
}

const requestsMade = { baseline: 0, dapr: 0 }
const compared = (baseline: Round[], dapr: Round[]) =>
  compare({ rounds: { baseline, dapr }, requestsMade, eventsPerRequest: { baseline: 1, dapr: 1 } })

describe('the comparison', () => {
  it('is the difference at each percentile and of the averages', () => {
    const { comparison } = compared([round(1)], [round(3.5)])
    expect(comparison.method).toBe('difference of percentiles')
    expect(comparison.percentiles.map((point) => point.percentile)).toEqual([50, 75, 90, 99, 99.9])
    for (const point of comparison.percentiles) expect(point.added).toBeCloseTo(2.5)
    expect(comparison.average.added).toBeCloseTo(2.5)
  })

  it('shares the average among the events of a request, where there are several', () => {
    const rounds = { baseline: [round(1)], dapr: [round(3)] }
    const eventsPerRequest = { baseline: 1, dapr: 10 }
    const { comparison } = compare({ rounds, requestsMade, eventsPerRequest })
    expect(comparison.averagePerEvent?.baseline).toBeCloseTo(1)
    expect(comparison.averagePerEvent?.dapr).toBeCloseTo(0.3)
    expect(compared([round(1)], [round(3)]).comparison.averagePerEvent).toBeUndefined()
  })

  it('adds the rounds of a side up', () => {
    const { summaries } = compared([round(1), round(3)], [round(1)])
    expect(summaries.baseline).toMatchObject({ requests: 200, achievedQps: 100, returnCodes: { '200': 200 } })
    expect(summaries.baseline.average).toBeCloseTo(2)
    expect(summaries.baseline.usage.testapp?.sidecar).toEqual({ cpuSeconds: 4, peakMemoryBytes: 20 })
  })
})

describe('the checks', () => {
  const failed = (dapr: Round, restarts = 0) =>
    checkLoads(compared([round(1)], [dapr]).summaries, restarts).filter((check) => !check.passed)

  it('hold for answers with 2xx at the asked rate', () => {
    expect(failed(round(1))).toEqual([])
    expect(failed(round(1, { RetCodes: { '200': 60, '204': 40 } }))).toEqual([])
  })

  it.each([{ '200': 99, '500': 1 }, { '200': 99, '-1': 1 }, { '302': 100 }])(
    'fail for answers %j',
    (RetCodes) => {
      expect(failed(round(1, { RetCodes: RetCodes as Record<string, number> }))).toMatchObject([
        { name: 'dapr: every answer is a success' },
      ])
    },
  )

  it('fail for 99 % of the asked rate or less, and say what was reached', () => {
    expect(failed(round(1, { ActualQPS: 99 }))).toMatchObject([{ detail: '99.0 of 100 qps, 99.0 %' }])
  })

  it('ask for no rate where the load runs as fast as it goes', () => {
    expect(failed({ ...round(1, { ActualQPS: 5 }), requestedQps: 0 })).toEqual([])
  })

  it('fail for a restart', () => {
    expect(failed(round(1), 2)).toMatchObject([{ name: 'no restart' }])
  })
})

describe('the budget', () => {
  const { comparison } = compared([round(1)], [round(3.5)])

  it('is met up to what it allows', () => {
    expect(checkBudget({ percentile: 90, addedMs: 2.6 }, comparison).passed).toBe(true)
    expect(checkBudget({ percentile: 90, addedMs: 2 }, comparison)).toMatchObject({
      passed: false,
      detail: '2.50 ms',
    })
  })
})
