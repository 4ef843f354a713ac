import { describe, expect, it } from 'vitest'
import { Counted } from '../../src/process/counted.js'

/** The totals after readings of what living threads have and, where it is known, what was reached at least. */
function totalsOf(...readings: [living: number, atLeast?: number][]): number[] {
  const counted = new Counted()
  return readings.map(([living, atLeast]) => counted.update(living, atLeast))
}

describe('a total', () => {
  it('is exactly that of the living threads while none ends, whatever is known in coarser steps', () => {
    expect(totalsOf([1003, 1000], [1019, 1010], [1024, 1020])).toEqual([1003, 1019, 1024])
  })

  it('keeps what a thread had when it ends, and goes on from there', () => {
    expect(totalsOf([500], [200], [230], [100], [101])).toEqual([500, 500, 530, 530, 531])
  })

  it('has what a thread used unseen, as soon as that is known from elsewhere', () => {
    expect(totalsOf([500, 500], [100, 900], [103, 900], [109, 920])).toEqual([500, 900, 903, 920])
  })

  it('has what ended before it was first read', () => {
    expect(totalsOf([500, 1480], [507, 1480], [521, 1490])).toEqual([1480, 1487, 1501])
  })

  it('never falls', () => {
    const readings = Array.from({ length: 100 }, (_, step): [number, number] => [(step * 37) % 101, step])
    const totals = totalsOf(...readings)
    expect(totals).toEqual(totals.toSorted((one, other) => one - other))
  })
})
