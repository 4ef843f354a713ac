import { describe, expect, it } from 'vitest'
import { isDecided, verdictOn } from '../../src/statistics/verdict.js'

const X = 0.02

const changeOf = ([low, high]: [number, number], estimate = (low + high) / 2) => ({
  estimate,
  interval: { low, high },
  minimumDetectable: 0,
})

describe('the verdict, for a least effect of 2 %, on', () => {
  it.each<[[number, number], string]>([
    [[0.022, 0.04], 'slower'],
    [[0.001, 0.02], 'slower'],
    [[0.001, 0.019], 'slower, by less than X'],
    [[0, 0.019], 'no difference of X or more'],
    [[-0.019, 0.019], 'no difference of X or more'],
    [[-0.019, 0], 'no difference of X or more'],
    [[-0.019, -0.001], 'faster, by less than X'],
    [[-0.02, -0.001], 'faster'],
    [[-0.04, -0.022], 'faster'],
    [[0, 0.02], "can't tell"],
    [[-0.02, 0.019], "can't tell"],
    [[-0.019, 0.02], "can't tell"],
    [[-0.03, 0.03], "can't tell"],
  ])('%o is: %s', (interval, verdict) => {
    expect(verdictOn(changeOf(interval), X)).toBe(verdict)
  })
})

describe('a metric', () => {
  it('is decided where it differs, and its estimate is 2 % or more', () => {
    expect(isDecided(changeOf([0.001, 0.039], 0.02), X)).toBe(true)
    expect(isDecided(changeOf([-0.039, -0.001], -0.02), X)).toBe(true)
  })

  it('is not decided where it differs, but its estimate is less and its interval is not', () => {
    expect(isDecided(changeOf([0.001, 0.037]), X)).toBe(false)
    expect(isDecided(changeOf([-0.037, -0.001]), X)).toBe(false)
  })

  it('is not decided by its estimate alone', () => {
    expect(isDecided(changeOf([0, 0.06]), X)).toBe(false)
    expect(isDecided(changeOf([-0.06, 0]), X)).toBe(false)
  })

  it('is decided where its interval lies within ± 2 %, whether it differs or not', () => {
    expect(isDecided(changeOf([-0.019, 0.019]), X)).toBe(true)
    expect(isDecided(changeOf([0.001, 0.019]), X)).toBe(true)
    expect(isDecided(changeOf([-0.02, 0.019]), X)).toBe(false)
    expect(isDecided(changeOf([-0.019, 0.02]), X)).toBe(false)
  })
})
