import { expect, it } from 'vitest'
import { answersFrom, checkKnown, logRatiosOf, looksOf } from '../../src/ab/answers.js'
import { metricNames } from '../../src/ab/metrics.js'
import { blockOf, blocksAround, planOf } from './blocks.js'

it('every metric is answered from the blocks until the last look, and not from those after it', () => {
  const plan = planOf(40)
  const blocks = [...blocksAround(1.3, 20), blockOf(5), blockOf(9)]
  expect(looksOf(plan)).toEqual([10, 20, 30, 40])
  const answers = answersFrom({ plan, blocks })
  expect(Object.keys(answers).sort()).toEqual([...metricNames].sort())
  expect(answers.p50?.look.blocks).toBe(20)
  expect(answers.p50?.change.estimate).toBeCloseTo(0.3, 3)
  expect(answers.cpu?.verdict).toBe('slower')
})

it('before the first look there is no answer, unless the time is over', () => {
  const plan = planOf(40)
  const blocks = blocksAround(1.3, 9)
  expect(answersFrom({ plan, blocks })).toEqual({})
  expect(answersFrom({ plan, blocks, end: 'time' }).p50).toMatchObject({
    look: { blocks: 9, spentAlpha: 0.025 },
    verdict: 'slower',
  })
})

it('metrics that are only shown share a false alarm probability of their own', () => {
  const answers = answersFrom({ plan: planOf(8), blocks: blocksAround(1, 8) })
  expect(answers.p50?.look.spentAlpha).toBeCloseTo(0.025)
  expect(answers.average?.look.spentAlpha).toBeCloseTo(0.05 / (metricNames.length - 2))
})

it('a metric that some block does not know has no answer', () => {
  const blocks = [...blocksAround(1, 7), blockOf(1, { p99: null, allocations: undefined })]
  const answers = answersFrom({ plan: planOf(8), blocks })
  expect(answers).not.toHaveProperty('p99')
  expect(answers).not.toHaveProperty('allocations')
  expect(answers).toHaveProperty('p90')
})

it('a ratio is that of B to A', () => {
  expect(logRatiosOf([blockOf(2)], 'average')).toEqual([Math.log(2)])
  expect(logRatiosOf([blockOf(2)], 'allocations')).toEqual([Math.log(2)])
})

it('a block that does not know a metric of the gate ends the comparison', () => {
  const block = blockOf(1, { p99: null })
  expect(() => checkKnown(['average', 'p99'], block)).toThrow('p99 is not known in a block of 1000 requests')
  expect(() => checkKnown(['average'], block)).not.toThrow()
})
