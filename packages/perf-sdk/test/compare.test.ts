import { describe, expect, it } from 'vitest'
import { target } from '../src/case/target.js'
import { compare } from '../src/compare/compare.js'
import { loadResult, measurementOf } from './loads.js'

const compared = (baseline: number[], dapr: number[]) =>
  compare(
    measurementOf({
      baseline: baseline.map((ms) => loadResult(ms)),
      dapr: dapr.map((ms) => loadResult(ms)),
    }),
  )

describe('the comparison', () => {
  it('is the difference at each percentile and of the means', () => {
    const [comparison] = compared([1], [3.5]).comparisons
    expect(comparison).toMatchObject({
      variant: 'dapr',
      baseline: 'baseline',
      method: 'difference of percentiles',
    })
    expect(comparison?.percentiles.map((point) => point.percentile)).toEqual([50, 75, 90, 95, 99, 99.9])
    for (const point of comparison?.percentiles.slice(0, 4) ?? []) expect(point.added).toBeCloseTo(2.5)
    expect(comparison?.mean.added).toBeCloseTo(2.5)
  })

  it('is not known where one of the percentiles is not: 100 requests are too few for p99', () => {
    const many = loadResult(1)
    many.histogram = { ...many.histogram, count: 300, buckets: [{ start: 1, end: 1, count: 300 }] }
    const [comparison] = compare(measurementOf({ baseline: [many], dapr: [loadResult(2)] })).comparisons
    expect(comparison?.percentiles.slice(4)).toEqual([
      { percentile: 99, baseline: 1, variant: null, added: null, coarse: false },
      { percentile: 99.9, baseline: null, variant: null, added: null, coarse: false },
    ])
  })

  it('with several rounds is the mean of their own differences, with its interval', () => {
    // Differences of 2, 4 and 3 ms: mean 3, sd 1, t of 0.975 with 2 degrees of freedom 4.3027
    const [comparison] = compared([1, 5, 1], [3, 9, 4]).comparisons
    const margin = 4.3027 / Math.sqrt(3)
    for (const { added, interval } of [
      comparison?.mean,
      ...(comparison?.percentiles.slice(0, 4) ?? []),
    ].flatMap((one) => one ?? [])) {
      expect(added).toBeCloseTo(3)
      expect(interval?.low).toBeCloseTo(3 - margin, 3)
      expect(interval?.high).toBeCloseTo(3 + margin, 3)
    }
  })

  it('has no interval with a single round, or where a round does not know the percentile', () => {
    expect(compared([1], [3]).comparisons[0]?.mean).not.toHaveProperty('interval')
    const few = loadResult(2)
    few.histogram = { ...few.histogram, count: 20, buckets: [{ start: 2, end: 2, count: 20 }] }
    const [comparison] = compare(
      measurementOf({ baseline: [loadResult(1), loadResult(1)], dapr: [few, loadResult(2)] }),
    ).comparisons
    const [p50, , p90] = comparison?.percentiles ?? []
    expect(p50).toHaveProperty('interval')
    expect(p90).toMatchObject({ added: 1 })
    expect(p90).not.toHaveProperty('interval')
  })

  it('divides the mean by the events of a request, where there are several', () => {
    const results = { baseline: [loadResult(1)], dapr: [loadResult(3)] }
    const dapr = target.publish('pubsub', 'topic', { events: 10, bulk: true })
    const [comparison] = compare(measurementOf(results, { dapr })).comparisons
    expect(comparison?.meanPerEvent).toMatchObject({ baseline: 1, variant: expect.closeTo(0.3) })
    expect(compared([1], [3]).comparisons[0]?.meanPerEvent).toBeUndefined()
  })

  it('compares any number of variants with the first one', () => {
    const results = { direct: [loadResult(1)], http: [loadResult(3)], grpc: [loadResult(2)] }
    const { comparisons } = compare(measurementOf(results))
    expect(comparisons.map(({ variant, baseline, mean }) => [variant, baseline, mean.added])).toEqual([
      ['http', 'direct', 2],
      ['grpc', 'direct', 1],
    ])
  })

  it('takes the rounds of a variant together: usage is added up, peaks are not', () => {
    const { summaries } = compared([1, 3], [1])
    expect(summaries.baseline).toMatchObject({
      requests: 200,
      achievedRate: 100,
      outcomes: [{ code: '200', kind: 'success', count: 200 }],
      mean: 2,
      max: 3,
      late: { worstMs: 0 },
    })
    expect(summaries.baseline?.usage.testapp?.sidecar).toEqual({ cpuSeconds: 4, peakAnonymousBytes: 20 })
  })

  it('knows the response time of a variant only if that of all its loads is known', () => {
    const load = loadResult(1, { responseTime: loadResult(7).histogram })
    const { summaries } = compare(measurementOf({ both: [load, load], one: [load, loadResult(1)] }))
    expect(summaries.both?.responseTime).toMatchObject({ mean: 7, max: 7 })
    expect(summaries.both?.responseTime?.percentiles[0]).toMatchObject({ percentile: 50, value: 7 })
    expect(summaries.both?.mean).toBe(1)
    expect(summaries.one).not.toHaveProperty('responseTime')
  })

  it('tells the worst of late sends: the largest share in a load, and the latest request', () => {
    const rounds = [{ percent: 20, worstMs: 5 }, { worstMs: 9 }, { percent: 7, worstMs: 6 }]
    const loads = rounds.map((late) => loadResult(1, { late }))
    const { summaries } = compare(measurementOf({ baseline: loads }))
    expect(summaries.baseline?.late).toEqual({ percent: 20, worstMs: 9 })
  })

  it('weighs rounds by what they are made of: requests for the mean, time for the rate', () => {
    const short = loadResult(1, { seconds: 1, achievedRate: 300 })
    const long = loadResult(5, {
      seconds: 3,
      achievedRate: 100,
      histogram: { count: 300, min: 5, max: 5, mean: 5, buckets: [{ start: 5, end: 5, count: 300 }] },
    })
    const { summaries } = compare(measurementOf({ baseline: [short, long], dapr: [short] }))
    expect(summaries.baseline?.mean).toBe(4)
    expect(summaries.baseline?.achievedRate).toBe(150)
  })
})
