import { expect, it } from 'vitest'
import { answersFrom } from '../../src/ab/answers.js'
import { progressOf } from '../../src/ab/progress.js'
import { blocksAround, planOf } from './blocks.js'

it('progress tells the time left, and the intervals of the last look once there is one', () => {
  const plan = planOf(40)
  expect(progressOf({ blocks: [], answers: {} }, plan)).toEqual({
    kind: 'blocks',
    done: 0,
    total: 40,
    secondsLeft: 180,
    changes: [],
  })
  const blocks = blocksAround(1.3, 12)
  const answers = answersFrom({ plan, blocks })
  expect(progressOf({ blocks, answers }, plan)).toMatchObject({
    done: 12,
    secondsLeft: 126,
    changes: [
      { metric: 'p50', estimate: expect.closeTo(0.3, 2), interval: { low: expect.any(Number) } },
      { metric: 'cpu', estimate: expect.closeTo(0.3, 2) },
    ],
  })
})
