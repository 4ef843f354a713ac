import { describe, expect, it } from 'vitest'
import { normalPoint, normalTail } from '../../src/statistics/distributions.js'
import { groupSequentialBounds } from '../../src/statistics/group-sequential.js'
import { normalGenerator, simulationError } from './random.js'

const five = [1, 2, 3, 4, 5]

/** At five equal looks. */
const boundsOf = (spending: (time: number) => number) =>
  groupSequentialBounds(
    five,
    five.map((look) => spending(look / 5)),
  )

describe('bounds at five equal looks, as published, for α 5 %', () => {
  it('that spend α t²', () => {
    expectBounds(
      boundsOf((t) => 0.05 * t ** 2),
      [3.09, 2.714, 2.473, 2.28, 2.114],
    )
  })

  it("of O'Brien and Fleming's kind, spent as by Lan and DeMets on each side", () => {
    expectBounds(
      boundsOf((t) => 4 * normalTail(normalPoint(0.0125) / Math.sqrt(t))),
      [4.877, 3.357, 2.68, 2.29, 2.031],
    )
  })

  it("of Pocock's kind, spent as by Lan and DeMets", () => {
    expectBounds(
      boundsOf((t) => 0.05 * Math.log(1 + (Math.E - 1) * t)),
      [2.438, 2.427, 2.41, 2.397, 2.386],
    )
  })

  it('are 1.96 where what a test at 5 % at each look spends is spent', () => {
    const spent = [0.05, 0.083, 0.107, 0.126, 0.142] // Armitage, McPherson and Rowe, 1969, rounded
    for (const bound of groupSequentialBounds(five, spent)) expect(Math.abs(bound - 1.96)).toBeLessThan(0.01)
  })

  function expectBounds(bounds: number[], published: number[]) {
    expect(bounds.map((bound) => Math.round(bound * 1000) / 1000)).toEqual(published)
  }
})

describe('bounds', () => {
  it('at a single look are those of a plain test', () => {
    expect(groupSequentialBounds([8], [0.05])).toEqual([expect.closeTo(1.959964, 6)])
  })

  it('depend on the shares of the blocks, not on their number', () => {
    const spent = [0.01, 0.03, 0.05]
    const bounds = groupSequentialBounds([1, 3, 4], spent)
    for (const [index, bound] of groupSequentialBounds([20, 60, 80], spent).entries())
      expect(bound).toBeCloseTo(bounds[index] as number, 8)
  })

  it('at a look are the same whatever looks follow', () => {
    const spent = [0.01, 0.03, 0.05]
    expect(groupSequentialBounds([8, 20, 40], spent).slice(0, 2)).toEqual(
      groupSequentialBounds([8, 20], spent.slice(0, 2)),
    )
  })

  it.each([
    { blocks: [8, 20, 31, 40], spent: [0.002, 0.0125, 0.03, 0.05] },
    { blocks: [10, 20, 21], spent: [0.01, 0.02, 0.1] },
  ])('at $blocks blocks are crossed as often as α is spent, in a simulation', ({ blocks, spent }) => {
    const trials = 200_000
    const crossings = simulateCrossings(blocks, groupSequentialBounds(blocks, spent), trials)
    for (const [look, alpha] of spent.entries())
      expect(Math.abs((crossings[look] as number) / trials - alpha)).toBeLessThan(
        simulationError(alpha, trials),
      )
  })

  it.each([
    ['blocks that do not ascend', [8, 8], [0.01, 0.02]],
    ['no blocks', [0, 8], [0.01, 0.02]],
    ['α that does not ascend', [8, 16], [0.02, 0.02]],
    ['no α', [8, 16], [0, 0.02]],
    ['an α of 1', [8, 16], [0.02, 1]],
    ['another number of both', [8, 16], [0.02]],
    ['what is not a number', [8, Number.NaN], [0.01, 0.02]],
  ])('are refused for %s', (_, blocks, spent) => {
    expect(() => groupSequentialBounds(blocks, spent)).toThrow(RangeError)
  })
})

/** How many walks crossed a bound at each look or before it. */
function simulateCrossings(blocks: number[], bounds: number[], trials: number): number[] {
  const normal = normalGenerator(1)
  const crossings = blocks.map(() => 0)
  for (let trial = 0; trial < trials; trial++) {
    let total = 0
    let crossed = false
    for (const [look, count] of blocks.entries()) {
      total += normal() * Math.sqrt(count - (blocks[look - 1] ?? 0))
      crossed ||= Math.abs(total) > (bounds[look] as number) * Math.sqrt(count)
      if (crossed) crossings[look] = (crossings[look] ?? 0) + 1
    }
  }
  return crossings
}
