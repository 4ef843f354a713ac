// What recorded blocks say about the answers of ab:
//   npm run bench:ab -w dapr-perf -- evaluate FILE BLOCKS MIN_EFFECT
import { type Block, evaluate, logRatiosOf, type MetricName, planLooks } from 'perf-sdk/runner'

const answers = 10_000
const groupOf = 8
const alpha = 0.05
const gate: MetricName[] = ['average', 'cpu']
const shown: MetricName[] = ['average', 'cpu', 'p50', 'p90', 'p99', 'allocations', 'allocated-bytes']

/**
 * Prints, for each metric: the mean of all blocks with its interval (of unchanged code: the bias), the spread of a block, and
 * the correlation of a block with the next one (drift); and how often an answer of so many blocks says that the variants
 * differ, with the real looks and stopping: resampled from contiguous stretches, centred, so that they don't (false
 * alarms), and as they are (power). The recorded blocks, cut into runs in their order, are real answers.
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
        `lag-1 correlation ${lagOne(values).toFixed(2)}, spread of the means of ${groupOf} over their standard errors ${spreadRatio(values).toFixed(2)}`,
    )
  }
  const random = generator(1)
  const starts = Array.from({ length: answers }, () => Math.floor(random() * (blocks.length - perAnswer + 1)))
  const centred = new Map(
    [...ratios].map(([name, values]) => [name, values.map((value) => value - meanOf(values))]),
  )
  console.log(
    `false alarms: ${share(starts, (start) => answerAt(centred, start, perAnswer, minEffect).differs)} of ${answers} resampled answers`,
  )
  console.log(
    `found a difference: ${share(starts, (start) => answerAt(ratios, start, perAnswer, minEffect).differs)} of ${answers} resampled answers`,
  )
  const runs = Array.from({ length: Math.floor(blocks.length / perAnswer) }, (_, run) =>
    answerAt(ratios, run * perAnswer, perAnswer, minEffect),
  )
  for (const [run, { text }] of runs.entries()) console.log(`answer ${run + 1}: ${text}`)
}

/** The answer of one run, whose blocks begin at `start`: looked at, and ended, as ab does. */
function answerAt(ratios: Map<MetricName, number[]>, start: number, blocks: number, minEffect: number) {
  const plan = planLooks(blocks, alpha, gate.length)
  let differs = false
  let text = ''
  for (const [index, look] of plan.looks.entries()) {
    const found = gate.map((name) => ({
      name,
      ...evaluate((ratios.get(name) as number[]).slice(start, start + look.blocks), plan, index, minEffect),
    }))
    differs ||= found.some(({ change: { interval } }) => interval.low > 0 || interval.high < 0)
    text = found
      .map(({ name, change, verdict }) => `${name} ${percent(change.estimate)}: ${verdict}`)
      .join('; ')
    if (found.every(({ decided }) => decided)) break
  }
  return { differs, text }
}

const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function summaryOf(values: number[]) {
  const mean = meanOf(values)
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
  const margin = (1.96 * sd) / Math.sqrt(values.length)
  return { mean, sd, interval: [mean - margin, mean + margin] as const }
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
  const groups = Array.from({ length: Math.floor(values.length / groupOf) }, (_, group) =>
    summaryOf(values.slice(group * groupOf, (group + 1) * groupOf)),
  )
  const observed = summaryOf(groups.map(({ mean }) => mean)).sd
  const computed = Math.sqrt(meanOf(groups.map(({ sd }) => sd ** 2 / groupOf)))
  return observed / computed
}

const share = (starts: number[], holds: (start: number) => boolean) =>
  `${((starts.filter(holds).length / starts.length) * 100).toFixed(1)} %`
const percent = (value: number) => `${(Math.expm1(value) * 100).toFixed(2)} %`

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
