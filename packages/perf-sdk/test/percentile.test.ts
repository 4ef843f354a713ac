import { describe, expect, it } from 'vitest'
import type { Histogram } from '../src/measure/fortio-result.js'
import { percentileOf } from '../src/measure/percentile.js'

/** Seconds, as fortio writes them. */
function histogram(...buckets: [start: number, end: number, count: number][]): Histogram {
  const Data = buckets.map(([Start, End, Count]) => ({ Start, End, Count }))
  const Count = Data.reduce((sum, bucket) => sum + bucket.Count, 0)
  return { Count, Min: buckets[0]?.[0] ?? 0, Max: buckets.at(-1)?.[1] ?? 0, Avg: 0, Data }
}

describe('a percentile', () => {
  it("is fortio's own", () => {
    // fortio histogram -r 0.001 of 0.5, 1.2, 1.4, 1.9, 2.5, 2.7, 3.1, 3.3, 4.6, 9.9 ms
    const ten = histogram(
      [0.0005, 0.001, 1],
      [0.001, 0.002, 3],
      [0.002, 0.003, 2],
      [0.003, 0.004, 2],
      [0.004, 0.005, 1],
      [0.009, 0.0099, 1],
    )
    expect(percentileOf([ten], 50).value).toBeCloseTo(2.5)
    expect(percentileOf([ten], 75).value).toBeCloseTo(3.75)
    expect(percentileOf([ten], 90).value).toBeCloseTo(5)
    expect(percentileOf([ten], 99.9).value).toBeCloseTo(9.891)
  })

  it('says which bucket it was interpolated in', () => {
    const point = percentileOf([histogram([0.001, 0.00102, 50], [0.00102, 0.00104, 50])], 90)
    expect(point.bucket).toEqual({ start: 1.02, end: 1.04 })
    expect(point.coarse).toBe(false)
  })

  it('is coarse in a bucket wider than 25 % of it and than 20 µs', () => {
    expect(percentileOf([histogram([0.02, 0.1, 10])], 50).coarse).toBe(true)
  })

  it('is not coarse in a bucket of 20 µs, however small the value', () => {
    expect(percentileOf([histogram([0.00001, 0.00003, 10])], 50).coarse).toBe(false)
  })

  it('over several loads is that of all their requests, though their first and last buckets are cut differently', () => {
    const one = histogram([0.0012, 0.002, 10], [0.002, 0.003, 10], [0.003, 0.0034, 10])
    const other = histogram([0.0018, 0.002, 10], [0.002, 0.003, 10], [0.003, 0.0039, 10])
    const both = histogram([0.0012, 0.002, 20], [0.002, 0.003, 20], [0.003, 0.0039, 20])
    for (const p of [10, 50, 75, 90, 99]) {
      expect(percentileOf([one, other], p)).toEqual(percentileOf([both], p))
    }
  })

  it('of requests that all took the same time is that time', () => {
    expect(percentileOf([histogram([0.001, 0.001, 5])], 99).value).toBe(1)
  })
})
