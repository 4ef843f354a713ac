import { expect, it } from 'vitest'
import { answersFrom } from '../../src/ab/answers.js'
import { changeText, percent, progressOf } from '../../src/ab/progress.js'
import type { AbResult } from '../../src/results/ab-schema.js'
import { blocksAround, planOf } from './blocks.js'

it('a change is shown with its interval, in percent', () => {
  const change = { estimate: 0.031, interval: { low: 0.022, high: 0.0404 }, minimumDetectable: 0.01 }
  expect(changeText(change)).toBe('+3.1 % (2.2 to 4.0 %)')
  expect(changeText({ ...change, estimate: -0.0021, interval: { low: -0.004, high: -0.0002 } })).toBe(
    '−0.21 % (−0.40 to −0.02 %)',
  )
  expect(percent(-0.000001)).toBe('0.00')
})

it('progress tells the time left, and the intervals of the last look once there is one', () => {
  const plan = planOf(40)
  const before = { blocks: [], answers: {} } as unknown as AbResult
  expect(progressOf('x', before, plan)).toEqual({
    kind: 'progress',
    what: 'x: blocks',
    done: 0,
    total: 40,
    detail: 'at most 3:00 left',
  })
  const blocks = blocksAround(1.3, 12)
  const after = { blocks, answers: answersFrom({ plan, blocks }) } as unknown as AbResult
  expect(progressOf('x', after, plan)).toMatchObject({
    done: 12,
    detail: expect.stringMatching(/^at most 2:06 left, p50 \+30\.0 % \(.* %\), CPU per request \+30\.0 %/),
  })
})
