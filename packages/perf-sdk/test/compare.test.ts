import { describe, expect, it } from 'vitest'
import { compare } from '../src/compare/compare.js'
import { type Target, target } from '../src/description/target.js'
import { histogramOf, loadResult, measurementOf } from './loads.js'

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
      { percentile: 99, baseline: 1, variant: null, added: null },
      { percentile: 99.9, baseline: null, variant: null, added: null },
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
      late: { count: 0, percent: 0, worstMs: 0 },
    })
    expect(summaries.baseline?.usage.testapp?.sidecar).toEqual({ cpuSeconds: 4, peakAnonymousBytes: 20 })
  })

  it('knows whether the baseline has a sidecar, too, so that the difference is not what Dapr adds', () => {
    const results = { baseline: [loadResult(1)], dapr: [loadResult(2)] }
    const hasSidecar = (baseline: Target) =>
      compare(measurementOf(results, { baseline })).comparisons[0]?.baselineHasSidecar
    expect(hasSidecar(target.publish('pubsub', 'topic'))).toBe(true)
    expect(hasSidecar(target.invoke('testapp', 'test'))).toBe(true)
    expect(hasSidecar(target.state('store', 'key'))).toBe(true)
    expect(hasSidecar(target.app('testapp', 'test'))).toBe(false)
    expect(hasSidecar(target.noop())).toBe(false)
    expect(hasSidecar(target.store('store', 'key', target.noop()))).toBe(false)
  })

  it('weighs rounds by what they are made of: requests for the mean, time for the rate', () => {
    const { rated: _, ...unlimited } = loadResult(1)
    const short = { ...unlimited, seconds: 1, achievedRate: 300 }
    const long = {
      ...unlimited,
      seconds: 3,
      achievedRate: 100,
      histogram: histogramOf(5, 300),
    }
    const { summaries } = compare(measurementOf({ baseline: [short, long], dapr: [short] }))
    expect(summaries.baseline?.mean).toBe(4)
    expect(summaries.baseline?.achievedRate).toBe(150)
  })
})
