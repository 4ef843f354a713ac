import { describe, expect, it } from 'vitest'
import { evaluate } from '../../src/statistics/evaluate.js'
import { gateOutcome, mayStop } from '../../src/statistics/gate.js'
import { planLooks } from '../../src/statistics/looks.js'

/** Of blocks around a log ratio, with a standard deviation in proportion to the spread. */
const answerOf = (logRatio: number, spread = 0.001) =>
  evaluate(
    [-3, -2, -1, 0, 0, 1, 2, 3].map((step) => logRatio + spread * step),
    planLooks(8, 0.05, 2),
    0,
    0.02,
  )

const slower = answerOf(0.05)
const slightlySlower = answerOf(0.01)
const faster = answerOf(-0.05)
const same = answerOf(0)
const unclear = answerOf(0, 0.02)
/** Differs, but may be by more or less than X. */
const undecided = answerOf(0.019, 0.006)

describe('the outcome of a gate', () => {
  it('is slower where one metric is, whatever the others are', () => {
    expect(gateOutcome([same, slower])).toBe('slower')
    expect(gateOutcome([unclear, slower])).toBe('slower')
    expect(gateOutcome([faster, slower])).toBe('slower')
    expect(gateOutcome([same, undecided])).toBe('slower')
  })

  it("can't be told where one metric can't, and none is slower", () => {
    expect(gateOutcome([same, unclear])).toBe("can't tell")
    expect(gateOutcome([faster, unclear])).toBe("can't tell")
    expect(gateOutcome([slightlySlower, unclear])).toBe("can't tell")
  })

  it('is not slower else, also where a metric is slower by less than X', () => {
    expect(slightlySlower.verdict).toBe('slower, by less than X')
    expect(gateOutcome([slightlySlower, faster, same])).toBe('not slower')
  })
})

describe('a run', () => {
  it('may stop where every gate metric is decided', () => {
    expect(mayStop([slower, same, slightlySlower, faster])).toBe(true)
  })

  it('must go on where one is not', () => {
    expect(mayStop([slower, unclear])).toBe(false)
    expect(undecided.verdict).toBe('slower')
    expect(mayStop([undecided])).toBe(false)
  })
})

it('a gate without answers is neither passed nor decided', () => {
  expect(() => gateOutcome([])).toThrow('none has an answer')
  expect(() => mayStop([])).toThrow('none has an answer')
})
