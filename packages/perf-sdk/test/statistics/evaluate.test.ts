import { describe, expect, it } from 'vitest'
import { evaluate } from '../../src/statistics/evaluate.js'
import { planLooks } from '../../src/statistics/looks.js'

const plan = planLooks(8, 0.05)
const logRatios = [0.01, 0.02, 0.03, 0.04, 0.01, 0.02, 0.03, 0.04]

describe('the answer of a metric', () => {
  it('has its estimate, its interval, its spread and the verdict', () => {
    expect(evaluate(logRatios, plan, 0, 0.02)).toEqual({
      look: plan.looks[0],
      standardDeviation: expect.closeTo(0.01195229, 8),
      standardError: expect.closeTo(0.00422577, 8),
      change: {
        estimate: expect.closeTo(Math.expm1(0.025), 8),
        interval: {
          low: expect.closeTo(Math.expm1(0.025 - 2.364624 * 0.00422577), 7),
          high: expect.closeTo(Math.expm1(0.025 + 2.364624 * 0.00422577), 7),
        },
        minimumDetectable: expect.closeTo(Math.expm1(0.00422577 * (2.280173 + 1.645 * 1.1829)), 5),
      },
      minEffect: 0.02,
      verdict: 'slower',
      decided: true,
    })
  })

  it('takes a change of X from either side as relative: 2 % faster is not a log ratio of -2 %', () => {
    const answer = (edge: number) => evaluate(Array(8).fill(Math.log(1 - edge)), plan, 0, 0.02).verdict
    expect(answer(0.02001)).toBe('faster')
    expect(answer(0.01999)).toBe('faster, by less than X')
  })

  it('has the interval of its look', () => {
    const looks = planLooks(32, 0.05)
    const answers = [8, 16, 24, 32].map((blocks, look) =>
      evaluate(
        Array(blocks / 8)
          .fill(logRatios)
          .flat(),
        looks,
        look,
        0.02,
      ),
    )
    for (const [index, { look, change, standardError }] of answers.entries()) {
      expect(look).toEqual(looks.looks[index])
      expect(Math.log1p(change.interval.low)).toBeCloseTo(0.025 - look.bound * standardError, 12)
    }
  })

  it('of blocks that are all alike is certain', () => {
    expect(evaluate(Array(8).fill(0), plan, 0, 0.02)).toMatchObject({
      change: { estimate: 0, interval: { low: 0, high: 0 }, minimumDetectable: 0 },
      verdict: 'no difference of X or more',
    })
  })

  it('is the same when computed again, and when it was stored', () => {
    const answer = evaluate(logRatios, plan, 0, 0.02)
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer)
    expect(evaluate(JSON.parse(JSON.stringify(logRatios)), planLooks(8, 0.05), 0, 0.02)).toEqual(answer)
  })

  it.each<[string, Parameters<typeof evaluate>, string]>([
    ['a look that is not planned', [logRatios, plan, 1, 0.02], 'there is no look 1: the plan has 1'],
    ['another number of blocks', [[0, ...logRatios], plan, 0, 0.02], 'the look is at 8 blocks, not at 9'],
    [
      'a ratio of nothing',
      [[Number.NEGATIVE_INFINITY, ...logRatios.slice(1)], plan, 0, 0.02],
      'a log ratio is not a finite number',
    ],
    [
      'a least effect of 0',
      [logRatios, plan, 0, 0],
      'the least effect must lie between 0 and 1, which 0 does not',
    ],
    [
      'a least effect of 100 %',
      [logRatios, plan, 0, 1],
      'the least effect must lie between 0 and 1, which 1 does not',
    ],
  ])('is refused for %s', (_, args, message) => {
    expect(() => evaluate(...args)).toThrow(new RangeError(message))
  })
})
