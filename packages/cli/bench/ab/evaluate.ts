// What recorded blocks say about the answers of ab:
//   npm run bench:ab -w dapr-perf -- evaluate FILE BLOCKS MIN_EFFECT
import { createRequire } from 'node:module'
import {
  type Block,
  evaluate,
  type GateOutcome,
  gateOutcome,
  type LookPlan,
  logRatiosOf,
  type MetricName,
  mayStop,
  planLooks,
} from 'perf-sdk/runner'
import { meanOf, percent, summaryOf } from './statistics.js'

import type Cephes = require('cephes')

// As a CommonJS module it is ready once it is loaded.
const { incbet } = createRequire(import.meta.url)('cephes') as typeof Cephes

const answers = 10_000
const groupOf = 8
/** True effects for which the exit codes are shown, relative. */
const effects = [0, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04]
const alpha = 0.05
const gate: MetricName[] = ['average', 'cpu']
const shown: MetricName[] = ['average', 'cpu', 'p50', 'p90', 'p99', 'allocations', 'allocated-bytes']

/**
 * Prints, for each metric: the mean of all blocks with its interval (of unchanged code: the bias), the spread of a block,
 * the correlation of a block with the next one (drift), how the spread of means compares with their computed standard
 * errors, and whether p-values of disjoint groups are uniform. Then how often an answer of so many blocks says that the
 * variants differ, with the real looks and stopping: resampled from contiguous stretches, centred, so that they don't
 * (false alarms), and as they are (power); and the exit codes over the true effect, which is added to the centred blocks.
 * The recorded blocks, cut into runs in their order, are real answers.
 */
export function evaluateBlocks(blocks: Block[], perAnswer: number, minEffect: number): void {
  console.log(
    `${blocks.length} blocks, answers of ${perAnswer}, least effect ${(minEffect * 100).toFixed(2)} %`,
  )
  const ratios = new Map(
    shown.flatMap((name) => {
      const known = logRatiosOf(blocks, name)
      return known ? [[name, known] as const] : []
    }),
  )
  for (const [name, values] of ratios) {
    const { mean, sd, interval } = summaryOf(values)
    console.log(
      `${name.padEnd(16)} mean ${percent(mean)} (${percent(interval[0])} to ${percent(interval[1])}), sd of a block ${percent(sd)}, ` +
        `lag-1 correlation ${lagOne(values).toFixed(2)}, spread of the means of ${groupOf} over their standard errors ` +
        `${spreadRatio(values).toFixed(2)}, p-values uniform: p = ${uniformity(pValues(values)).toFixed(2)}`,
    )
  }
  const plan = planLooks(perAnswer, alpha, gate.length)
  const random = generator(1)
  const starts = Array.from({ length: answers }, () => Math.floor(random() * (blocks.length - perAnswer + 1)))
  const centred = new Map(
    [...ratios].map(([name, values]) => [name, values.map((value) => value - meanOf(values))]),
  )
  console.log(
    `false alarms: ${share(starts, (start) => answerAt(centred, start, plan, minEffect).differs)} of ${answers} resampled answers`,
  )
  console.log(
    `found a difference: ${share(starts, (start) => answerAt(ratios, start, plan, minEffect).differs)} of ${answers} resampled answers`,
  )
  console.log('true effect   exit 0   exit 1   exit 3   average blocks')
  for (const effect of effects) {
    const shifted = new Map(
      [...centred].map(([name, values]) => [name, values.map((value) => value + Math.log1p(effect))]),
    )
    const found = starts.map((start) => answerAt(shifted, start, plan, minEffect))
    const exits = (outcome: GateOutcome) => share(found, (one) => one.outcome === outcome).padStart(9)
    const used = meanOf(found.map((one) => one.blocks)).toFixed(1)
    console.log(
      `${percent(Math.log1p(effect)).padStart(11)}${exits('not slower')}${exits('slower')}${exits("can't tell")}${used.padStart(17)}`,
    )
  }
  const runs = Array.from({ length: Math.floor(blocks.length / perAnswer) }, (_, run) =>
    answerAt(ratios, run * perAnswer, plan, minEffect),
  )
  for (const [run, { text }] of runs.entries()) console.log(`answer ${run + 1}: ${text}`)
}

/** The answer of one run, whose blocks begin at `start`: looked at, and ended, as ab does. */
function answerAt(ratios: Map<MetricName, number[]>, start: number, plan: LookPlan, minEffect: number) {
  let differs = false
  for (const [index, look] of plan.looks.entries()) {
    const found = gate.map((name) => ({
      name,
      ...evaluate((ratios.get(name) as number[]).slice(start, start + look.blocks), plan, index, minEffect),
    }))
    differs ||= found.some(({ change: { interval } }) => interval.low > 0 || interval.high < 0)
    if (!mayStop(found) && index < plan.looks.length - 1) continue
    const text = found.map(
      ({ name, change, verdict }) => `${name} ${percent(Math.log1p(change.estimate))}: ${verdict}`,
    )
    return { differs, outcome: gateOutcome(found), blocks: look.blocks, text: text.join('; ') }
  }
  throw new RangeError('a plan has a last look')
}

function lagOne(values: number[]): number {
  const mean = meanOf(values)
  const products = values.slice(1).map((value, index) => (value - mean) * ((values[index] as number) - mean))
  return (
    products.reduce((sum, value) => sum + value, 0) /
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  )
}

/** Above 1, the standard errors that ab computes are too small. */
function spreadRatio(values: number[]): number {
  const groups = groupsOf(values).map(summaryOf)
  const observed = summaryOf(groups.map(({ mean }) => mean)).sd
  const computed = Math.sqrt(meanOf(groups.map(({ sd }) => sd ** 2 / groupOf)))
  return observed / computed
}

/** Two-sided, of Student's t over each disjoint group of blocks. */
function pValues(values: number[]): number[] {
  return groupsOf(values).map((group) => {
    const { mean, sd } = summaryOf(group)
    const t = mean / (sd / Math.sqrt(groupOf))
    const degreesOfFreedom = groupOf - 1
    return incbet(degreesOfFreedom / 2, 1 / 2, degreesOfFreedom / (degreesOfFreedom + t ** 2))
  })
}

/**
 * The p-value of Kolmogorov and Smirnov's test against the uniform distribution, by its asymptotic series with M. A.
 * Stephens' correction for few values (EDF Statistics for Goodness of Fit and Some Comparisons, Journal of the American
 * Statistical Association 69, 1974).
 */
function uniformity(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const n = sorted.length
  const distance = Math.max(...sorted.flatMap((value, index) => [(index + 1) / n - value, value - index / n]))
  const scaled = (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n)) * distance
  const terms = Array.from({ length: 100 }, (_, k) => (-1) ** k * Math.exp(-2 * ((k + 1) * scaled) ** 2))
  return Math.min(1, 2 * terms.reduce((sum, term) => sum + term, 0))
}

const groupsOf = (values: number[]) =>
  Array.from({ length: Math.floor(values.length / groupOf) }, (_, group) =>
    values.slice(group * groupOf, (group + 1) * groupOf),
  )

const share = <T>(all: T[], holds: (one: T) => boolean) =>
  `${((all.filter(holds).length / all.length) * 100).toFixed(1)} %`

/** Numbers from 0 to 1, the same ones each time (mulberry32). */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
