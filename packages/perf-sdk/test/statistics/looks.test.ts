import { describe, expect, it } from 'vitest'
import { normalTail, tPoint } from '../../src/statistics/distributions.js'
import { groupSequentialBounds } from '../../src/statistics/group-sequential.js'
import { endLooksAt, type LookPlan, leastBlocks, planLooks } from '../../src/statistics/looks.js'

const blocksOf = ({ looks }: LookPlan) => looks.map(({ blocks }) => blocks)
const spentOf = ({ looks }: LookPlan) => looks.map(({ spentAlpha }) => spentAlpha)
const boundsOf = ({ looks }: LookPlan) => looks.map(({ bound }) => bound)

describe('the looks', () => {
  it.each([
    [80, [20, 40, 60, 80]],
    [70, [18, 35, 53, 70]],
    [32, [8, 16, 24, 32]],
  ])('at %d blocks are after each quarter', (blocks, looks) => {
    expect(blocksOf(planLooks(blocks, 0.05))).toEqual(looks)
  })

  it.each([
    [20, [8, 10, 15, 20]],
    [12, [8, 9, 12]],
    [10, [8, 10]],
    [9, [8, 9]],
    [8, [8]],
  ])('of %d blocks are at 8 or more, each at other blocks', (blocks, looks) => {
    expect(blocksOf(planLooks(blocks, 0.05))).toEqual(looks)
  })

  it('are refused for fewer than 8 blocks, or a part of one', () => {
    expect(leastBlocks).toBe(8)
    expect(() => planLooks(7, 0.05)).toThrow(new RangeError('there must be at least 8 blocks, not 7'))
    expect(() => planLooks(8.5, 0.05)).toThrow(RangeError)
    expect(() => planLooks(Number.NaN, 0.05)).toThrow(RangeError)
  })

  it('spend α by the square of the share of the blocks', () => {
    expect(planLooks(32, 0.05).alpha).toBe(0.05)
    expect(spentOf(planLooks(32, 0.05))).toEqual([0.003125, 0.0125, 0.028125, 0.05])
    expect(spentOf(planLooks(10, 0.05))).toEqual([expect.closeTo(0.032, 12), 0.05])
  })

  it('spend equal parts of α on each of several metrics', () => {
    expect(planLooks(32, 0.05, 2)).toEqual(planLooks(32, 0.025))
  })

  it('have, at a single one, the bound of a plain t test', () => {
    expect(boundsOf(planLooks(8, 0.05))).toEqual([expect.closeTo(2.364624, 6)])
  })

  it('have bounds of t with the tail probabilities of those of Z', () => {
    const blocks = [8, 16, 24, 32]
    const plan = planLooks(32, 0.05)
    const expected = groupSequentialBounds(blocks, spentOf(plan)).map((bound, look) =>
      tPoint(normalTail(bound), (blocks[look] as number) - 1),
    )
    expect(boundsOf(plan)).toEqual(expected)
    expect(boundsOf(plan)[0]).toBeCloseTo(tPoint(0.003125 / 2, 7), 8)
  })
})

describe('the looks of a run whose time ends first', () => {
  const planned = planLooks(40, 0.05)

  it('end at the blocks that there are, and spend what is left of α there', () => {
    const ended = endLooksAt(34, planned)
    expect(blocksOf(ended)).toEqual([10, 20, 30, 34])
    expect(spentOf(ended)).toEqual([0.003125, 0.0125, 0.028125, 0.05])
    expect(ended.alpha).toBe(0.05)
  })

  it('are as planned before that', () => {
    expect(endLooksAt(34, planned).looks.slice(0, 3)).toEqual(planned.looks.slice(0, 3))
  })

  it('have a last bound between that of a single look and that of the look before', () => {
    const [, , before, last] = boundsOf(endLooksAt(34, planned))
    expect(last).toBeGreaterThan(tPoint(0.05 / 2, 33))
    expect(last).toBeLessThan(before as number)
  })

  it('spend what is left at a planned look, if time ends there', () => {
    const ended = endLooksAt(20, planned)
    expect(blocksOf(ended)).toEqual([10, 20])
    expect(spentOf(ended)).toEqual([0.003125, 0.05])
  })

  it('are one where time ends before the first', () => {
    expect(endLooksAt(9, planned)).toEqual({
      alpha: 0.05,
      looks: [{ blocks: 9, spentAlpha: 0.05, bound: expect.closeTo(2.306004, 6) }],
    })
  })

  it('are as planned where all blocks were measured', () => {
    expect(endLooksAt(40, planned)).toEqual(planned)
  })

  it('are refused for fewer than 8 blocks, or more than were planned', () => {
    expect(() => endLooksAt(7, planned)).toThrow('there must be at least 8 blocks, not 7')
    expect(() => endLooksAt(41, planned)).toThrow('41 blocks are more than the 40 planned')
  })
})
