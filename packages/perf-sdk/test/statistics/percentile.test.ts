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
    expect(interpolate([one, other], 50)).toEqual({ value: 2.5, bucket: { start: 2, end: 3 } })
    // Of the one 9 are spread over 0.8 ms, of the other one was at 1.8 ms, where 6.75 + 1 of the one are below.
    expect(interpolate([one, other], (7.75 / 60) * 100)).toMatchObject({ value: 1.8 })
    expect(interpolate([one, other], (8.75 / 60) * 100)).toMatchObject({ value: 1.8 })
    expect(interpolate([one, other], 14.6).bucket).toEqual({ start: 1.2, end: 2 })
    expect(interpolate([one, other], 100)).toEqual({ value: 3.9, bucket: { start: 3, end: 3.9 } })
  })

  it('over loads of different resolution is as exact as their buckets', () => {
    const times = Array.from({ length: 10_000 }, (_, index) => 1 + 99 * (index / 9_999) ** 3)
    const ofWidth = (width: number) => {
      const counts = new Map<number, number>()
      for (const time of times) {
        const start = Math.floor(time / width) * width
        counts.set(start, (counts.get(start) ?? 0) + 1)
      }
      const list = [...counts].map(([start, count]): [number, number, number] => [
        start,
        start + width,
        count,
      ])
      return histogram(...list)
    }
    for (const p of [10, 50, 75, 90, 99]) {
      const exact = times[(p / 100) * 10_000 - 1] as number
      expect(Math.abs(interpolate([ofWidth(1), ofWidth(0.5), ofWidth(3)], p).value - exact)).toBeLessThan(1)
    }
  })

  it('over 50 buckets that overlap is not anywhere in all of them', () => {
    const many = Array.from({ length: 50 }, (_, index) => histogram([index, index + 51, 100]))
    expect(interpolate(many, 50).value).toBeCloseTo(50, 0)
    expect(interpolate(many, 1).value).toBeLessThan(15)
    expect(interpolate(many, 99).value).toBeGreaterThan(85)
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
