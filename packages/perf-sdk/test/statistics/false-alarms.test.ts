import { describe, expect, it } from 'vitest'
import { evaluate, type MetricAnswer } from '../../src/statistics/evaluate.js'
import { mayStop } from '../../src/statistics/gate.js'
import { endLooksAt, type LookPlan, planLooks } from '../../src/statistics/looks.js'
import { normalGenerator, simulationError } from './random.js'

const alpha = 0.05
const runs = 10_000
const blockSd = 0.02
const correlation = 0.5

describe('two correlated gate metrics of the same program on both sides', () => {
  const plan = planLooks(32, alpha, 2)

  it('raise at most 5 % false alarms over all looks, where runs seldom stop early', () => {
    const { alarms, stops } = simulate(plan, 0.001)
    expect(stops / runs).toBeLessThan(0.05)
    expectAtMostAlpha(alarms)
  })

  it('raise at most 5 % false alarms where most runs stop early, as no difference', () => {
    const { alarms, stops } = simulate(plan, 0.02)
    expect(stops / runs).toBeGreaterThan(0.5)
    expectAtMostAlpha(alarms)
  })

  it('raise at most 5 % false alarms where time ends between two looks', () => {
    expectAtMostAlpha(simulate(endLooksAt(21, plan), 0.001).alarms)
  })

  function expectAtMostAlpha(alarms: number) {
    expect(alarms / runs).toBeLessThan(alpha + simulationError(alpha, runs) / 2)
    expect(alarms / runs).toBeGreaterThan(0.02)
  }
})

/** Runs in which an interval excluded 0 at any look, and those that ended before the last look. */
function simulate(plan: LookPlan, minEffect: number) {
  const normal = normalGenerator(3)
  let [alarms, stops] = [0, 0]
  for (let run = 0; run < runs; run++) {
    const answers = simulateRun(plan, minEffect, normal)
    if (answers.flat().some(excludesNoChange)) alarms++
    if (answers.length < plan.looks.length) stops++
  }
  return { alarms, stops }
}

/** The answers of both metrics at each look until the run stops. */
function simulateRun(plan: LookPlan, minEffect: number, normal: () => number): MetricAnswer[][] {
  const metrics: number[][] = [[], []]
  const answers: MetricAnswer[][] = []
  for (const [index, { blocks }] of plan.looks.entries()) {
    while ((metrics[0]?.length ?? 0) < blocks) addBlock(metrics, normal)
    answers.push(metrics.map((logRatios) => evaluate(logRatios, plan, index, minEffect)))
    if (mayStop(answers.at(-1) ?? [])) break
  }
  return answers
}

function addBlock(metrics: number[][], normal: () => number): void {
  const common = normal() * Math.sqrt(correlation)
  for (const logRatios of metrics) logRatios.push(blockSd * (common + normal() * Math.sqrt(1 - correlation)))
}

const excludesNoChange = ({ change: { interval } }: MetricAnswer) => interval.low > 0 || interval.high < 0
