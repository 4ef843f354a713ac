import { describe, expect, it } from 'vitest'
import { estimateChange, spreadOf, toRelative } from '../../src/statistics/estimate.js'
import { planLooks } from '../../src/statistics/looks.js'
import { normalGenerator, simulationError } from './random.js'

const logRatios = [0.01, 0.02, 0.03, 0.04, 0.01, 0.02, 0.03, 0.04]
const spread = { standardDeviation: 0.01195229, standardError: 0.00422577 }

describe('an estimate', () => {
  it("has the blocks' standard deviation and that of their mean", () => {
    expect(spreadOf(logRatios).standardDeviation).toBeCloseTo(spread.standardDeviation, 8)
    expect(spreadOf(logRatios).standardError).toBeCloseTo(spread.standardError, 8)
  })

  it('is their mean, within the bound times its standard error', () => {
    const { estimate, interval } = estimateChange(logRatios, spread, 2)
    expect(estimate).toBeCloseTo(0.025, 12)
    expect(interval.low).toBeCloseTo(0.01654846, 8)
    expect(interval.high).toBeCloseTo(0.03345154, 8)
  })

  it.each([0.05, 0.002])('names a change that 95 %% of runs find, at a single look with α %d', (alpha) => {
    const blocks = 8
    const bound = planLooks(blocks, alpha).looks[0]?.bound ?? 0
    const known = { standardDeviation: 1, standardError: 1 / Math.sqrt(blocks) }
    const { minimumDetectable } = estimateChange(Array(blocks).fill(0), known, bound)
    const [normal, trials] = [normalGenerator(2), 40_000]
    let found = 0
    for (let trial = 0; trial < trials; trial++) {
      const ratios = Array.from({ length: blocks }, () => minimumDetectable + normal())
      if (estimateChange(ratios, spreadOf(ratios), bound).interval.low > 0) found++
    }
    const approximation = 0.001
    expect(Math.abs(found / trials - 0.95)).toBeLessThan(approximation + simulationError(0.95, trials))
  })

  it('is the relative change from A to B', () => {
    const change = {
      estimate: Math.log(1.02),
      interval: { low: Math.log(0.99), high: Math.log(1.05) },
      minimumDetectable: Math.log(1.03),
    }
    const { estimate, interval, minimumDetectable } = toRelative(change)
    expect(estimate).toBeCloseTo(0.02, 12)
    expect(interval.low).toBeCloseTo(-0.01, 12)
    expect(interval.high).toBeCloseTo(0.05, 12)
    expect(minimumDetectable).toBeCloseTo(0.03, 12)
  })
})
