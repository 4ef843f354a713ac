// What recorded blocks say about the answers of ab:
//   npm run bench:ab -w dapr-perf -- evaluate 26 p50,cpu 0.02 FILE …
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
import { meanOf, percent, sdText, summaryOf } from './statistics.js'

import type Cephes = require('cephes')

// As a CommonJS module it is ready once it is loaded.
const { incbet } = createRequire(import.meta.url)('cephes') as typeof Cephes

const answers = 10_000
const groupOf = 8
/** True effects for which the exit codes are shown, of the least effect. */
const effects = [0, 1 / 4, 1 / 2, 3 / 4, 1, 3 / 2, 2]
const alpha = 0.05
const shown: MetricName[] = ['average', 'cpu', 'p50', 'p90', 'p99', 'allocations', 'allocated-bytes']

interface AnswerOptions {
  /** Blocks of an answer that does not end early. */
  perAnswer: number
  gate: MetricName[]
  /** Relative. */
  minEffect: number
}

/**
 * Prints what recorded blocks say about each metric, how often an answer from so many of them has which outcome, and real
 * answers: from the blocks in their order, each beginning where the one before has ended. Each answer is from blocks of
 * one recording.
 */
export function evaluateBlocks(recordings: Block[][], options: AnswerOptions): void {
  const { perAnswer, gate, minEffect } = options
  const longest = Math.max(...recordings.map(({ length }) => length))
  if (longest < perAnswer)
    throw new RangeError(`${longest} blocks are recorded, fewer than the ${perAnswer} of an answer`)
  const blocks = recordings.flat()
  console.log(
    `${blocks.length} blocks, answers of ${perAnswer}, gate ${gate.join(', ')}, least effect ${percent(Math.log1p(minEffect))}`,
  )
  printMetrics(ratiosOf(blocks))
  const plan = planLooks(perAnswer, alpha, gate.length)
  const ratios = recordings.map(ratiosOf)
  printOutcomes(ratios, plan, options)
  printSpread(ratios, options)
  let number = 1
  for (const [index, { length }] of recordings.entries())
    for (let start = 0; start + perAnswer <= length; number++) {
      const { text, blocks: used } = answerAt(ratios[index] as Ratios, start, plan, options)
      console.log(`answer ${number}, of ${used} blocks: ${text}`)
      start += used
    }
}

function ratiosOf(blocks: Block[]): Ratios {
  return new Map(
    shown.flatMap((name) => {
      const known = logRatiosOf(blocks, name)
      return known ? [[name, known] as const] : []
    }),
  )
}

/**
 * The mean of all blocks with its interval (of unchanged code: the bias), the spread of a block, the correlation of a block
 * with the next one (drift), how the spread of means compares with their computed standard errors, and whether p-values of
 * disjoint groups are uniform.
 */
function printMetrics(ratios: Ratios): void {
  for (const [name, values] of ratios) {
    const { mean, sd, interval } = summaryOf(values)
    console.log(
      `${name.padEnd(16)} mean ${percent(mean)} (${percent(interval[0])} to ${percent(interval[1])}), sd of a block ${sdText(sd)}, ` +
        `lag-1 correlation ${lagOne(values).toFixed(2)}, spread of the means of ${groupOf} over their standard errors ` +
        `${spreadRatio(values).toFixed(2)}, p-values uniform: p = ${uniformity(pValues(values)).toFixed(2)}`,
    )
  }
}

/**
 * With the real looks and stopping. Blocks are drawn one by one, with replacement, from one recording for each answer:
 * neighbouring ones are not correlated, and answers from stretches of them would overlap. First the blocks as they are
 * (power); then centred ones, in which A and B are exchanged at random, to which a change is added. Answers without a
 * change whose interval excludes 0 are false alarms.
 */
function printOutcomes(recordings: Ratios[], plan: LookPlan, options: AnswerOptions): void {
  const ofGate = recordings.map(
    (ratios) => new Map(options.gate.map((name) => [name, ratios.get(name) as number[]])),
  )
  const centred = ofGate.map(
    (ratios) => new Map([...ratios].map(([name, values]) => [name, centredOf(values)] as const)),
  )
  const drawn = drawAnswers(ofGate.map(lengthOf), options.perAnswer)
  const changes = effects.map((effect) => Math.log1p(effect * options.minEffect))
  console.log('change        excludes 0   exit 0   exit 1   exit 3   blocks')
  for (const [title, of, change] of [
    ['as recorded', ofGate, undefined] as const,
    ...changes.map((change) => [percent(change), centred, change] as const),
  ]) {
    const found = drawn.map(({ recording, blocks }) =>
      answerAt(ratiosAt(of[recording] as Ratios, blocks, change), 0, plan, options),
    )
    const exits = (outcome: GateOutcome) => share(found, (one) => one.outcome === outcome).padStart(9)
    const excluded = share(found, (one) => one.differs).padStart(12)
    const used = meanOf(found.map((one) => one.blocks)).toFixed(1)
    console.log(
      `${title.padEnd(12)}${excluded}${exits('not slower')}${exits('slower')}${exits("can't tell")}${used.padStart(9)}`,
    )
  }
}

/** A block of a recording that was drawn, and whether A and B are exchanged in it. */
interface DrawnBlock {
  index: number
  isExchanged: boolean
}

/** @param lengths of the recordings */
function drawAnswers(lengths: number[], perAnswer: number): { recording: number; blocks: DrawnBlock[] }[] {
  const random = generator(1)
  const below = (end: number) => Math.floor(random() * end)
  // A recording is drawn as often as it is long.
  const recordings = lengths.flatMap((length, recording) => Array<number>(length).fill(recording))
  return Array.from({ length: answers }, () => {
    const recording = recordings[below(recordings.length)] as number
    const length = lengths[recording] as number
    const blocks = Array.from({ length: perAnswer }, () => ({
      index: below(length),
      isExchanged: random() < 0.5,
    }))
    return { recording, blocks }
  })
}

/** The drawn blocks as they are, or, exchanged or not, with a change added. */
function ratiosAt(ratios: Ratios, blocks: DrawnBlock[], change: number | undefined): Ratios {
  const valueAt = (values: number[], { index, isExchanged }: DrawnBlock) => {
    const value = values[index] as number
    return change === undefined ? value : (isExchanged ? -value : value) + change
  }
  return new Map(
    [...ratios].map(([name, values]) => [name, blocks.map((block) => valueAt(values, block))] as const),
  )
}

function centredOf(values: number[]): number[] {
  const mean = meanOf(values)
  return values.map((value) => value - mean)
}

/** How much the changes differ that whole answers find, if none ends early. */
function printSpread(recordings: Ratios[], { gate, perAnswer }: AnswerOptions): void {
  const spreads = gate.map((name) => {
    const groups = recordings.flatMap((ratios) => groupsOf(ratios.get(name) as number[], perAnswer))
    const means = groups.map(meanOf)
    return `${name} ${sdText(summaryOf(means).sd)} (${means.length} in their order)`
  })
  console.log(`sd of the changes of answers that do not end early: ${spreads.join(', ')}`)
}

/** ln(B/A) of each block, by metric. */
type Ratios = Map<MetricName, number[]>

const lengthOf = (ratios: Ratios) => ratios.values().next().value?.length ?? 0

/** The answer of one run, whose blocks begin at `start`: looked at, and ended, as ab does. */
function answerAt(ratios: Ratios, start: number, plan: LookPlan, { gate, minEffect }: AnswerOptions) {
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
  const groups = groupsOf(values, groupOf).map(summaryOf)
  const observed = summaryOf(groups.map(({ mean }) => mean)).sd
  const computed = Math.sqrt(meanOf(groups.map(({ sd }) => sd ** 2 / groupOf)))
  return observed / computed
}

/** Two-sided, of Student's t over each disjoint group of blocks. */
function pValues(values: number[]): number[] {
  return groupsOf(values, groupOf).map((group) => {
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

const groupsOf = (values: number[], size: number) =>
  Array.from({ length: Math.floor(values.length / size) }, (_, group) =>
    values.slice(group * size, (group + 1) * size),
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
