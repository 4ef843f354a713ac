import { describe, expect, it } from 'vitest'
import type { Histogram } from '../../src/model/histogram.js'
import { interpolate, leastRequestsFor, percentileOf } from '../../src/statistics/percentile.js'

/** Milliseconds. */
function histogram(...buckets: [start: number, end: number, count: number][]): Histogram {
  const list = buckets.map(([start, end, count]) => ({ start, end, count }))
  const count = list.reduce((sum, bucket) => sum + bucket.count, 0)
  return { count, min: buckets[0]?.[0] ?? 0, max: buckets.at(-1)?.[1] ?? 0, mean: 0, buckets: list }
}

describe('a percentile that is known', () => {
  // fortio histogram -r 0.001 of 0.5, 1.2, 1.4, 1.9, 2.5, 2.7, 3.1, 3.3, 4.6, 9.9 ms
  const ten = histogram([0.5, 1, 1], [1, 2, 3], [2, 3, 2], [3, 4, 2], [4, 5, 1], [9, 9.9, 1])

  it("is fortio's own", () => {
    expect(interpolate([ten], 50).value).toBeCloseTo(2.5)
    expect(interpolate([ten], 75).value).toBeCloseTo(3.75)
    expect(interpolate([ten], 90).value).toBeCloseTo(5)
    expect(interpolate([ten], 99.9).value).toBeCloseTo(9.891)
  })

  it('never lies outside of what was measured', () => {
    expect(interpolate([ten], 1).value).toBe(0.5)
    expect(interpolate([ten], 10).value).toBe(0.5)
    expect(interpolate([ten], 100).value).toBe(9.9)
  })

  it('of one request is its time', () => {
    expect(interpolate([histogram([2, 2, 1])], 50)).toMatchObject({ value: 2, bucket: { start: 2, end: 2 } })
  })

  it('says which bucket it was interpolated in', () => {
    const point = interpolate([histogram([1, 1.02, 50], [1.02, 1.04, 50])], 90)
    expect(point.bucket).toEqual({ start: 1.02, end: 1.04 })
  })

  it('over several loads is that of all their requests, though their first and last buckets are cut differently', () => {
    const one = histogram([1.2, 2, 10], [2, 3, 10], [3, 3.4, 10])
    const other = histogram([1.8, 2, 10], [2, 3, 10], [3, 3.9, 10])
    const both = histogram([1.2, 2, 20], [2, 3, 20], [3, 3.9, 20])
    for (const p of [10, 50, 75, 90, 99]) {
      expect(interpolate([one, other], p)).toEqual(interpolate([both], p))
    }
  })

  it('of requests that all took the same time is that time, over several loads as well', () => {
    expect(interpolate([histogram([1, 1, 5])], 99).value).toBe(1)
    const [one, other] = [histogram([1, 1, 5]), histogram([1, 1, 5])]
    expect(interpolate([one, other], 50)).toMatchObject({ value: 1, bucket: { start: 1, end: 1 } })
    expect(interpolate([one, other, histogram([1, 3, 10])], 95).value).toBeCloseTo(2.79, 1)
  })

  it('leaves the histograms as they were', () => {
    const one = histogram([1, 2, 10], [2, 3, 10])
    interpolate([one, histogram([1.5, 2, 10])], 50)
    expect(one.buckets).toEqual([
      { start: 1, end: 2, count: 10 },
      { start: 2, end: 3, count: 10 },
    ])
  })
})

describe('a percentile', () => {
  const of = (count: number) => histogram([1, 1.02, count])

  it.each([
    [50, 5],
    [75, 11],
    [90, 29],
    [95, 59],
    [99, 299],
    [99.9, 2995],
    [10, 29],
  ])('p%d needs %d requests, over all loads, for one of them to lie beyond it', (p, least) => {
    expect(leastRequestsFor(p)).toBe(least)
    expect(percentileOf([of(least - 1)], p)).toEqual({
      percentile: p,
      value: null,
      bucket: null,
    })
    expect(percentileOf([of(least - 1), of(1)], p)).toMatchObject({
      percentile: p,
      value: expect.closeTo(1.01, 1),
      bucket: { start: 1, end: 1.02 },
    })
  })
})
