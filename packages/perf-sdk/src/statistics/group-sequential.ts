import { normalTail } from './distributions.js'
import { sum } from './mean.js'
import { simpsonGrid } from './simpson-grid.js'

const widestBound = 40 // beyond it, a normal variable's tail is 0 in floating point
const precision = 1e-10

/**
 * Where the tests that have crossed no bound stand after a look: the values of Z, each with its probability. Z is the sum
 * over all blocks, in its standard errors: standard normal if there is no difference.
 */
interface Continuation {
  blocks: number
  values: { z: number; probability: number }[]
}

const start: Continuation = { blocks: 0, values: [{ z: 0, probability: 1 }] }

/**
 * The bounds of |Z| of a two-sided symmetric group-sequential test that spends its α as told (K. K. G. Lan and D. L. DeMets,
 * Discrete Sequential Boundaries for Clinical Trials, Biometrika 70, 1983). By numerical integration from look to look
 * (P. Armitage, C. K. McPherson and B. C. Rowe, Repeated Significance Tests on Accumulating Data, Journal of the Royal
 * Statistical Society A 132, 1969).
 *
 * @param blocks how many there are at each look, ascending
 * @param spent the probability to cross a bound at this look or before it, without a difference; ascending, below 1
 */
export function groupSequentialBounds(blocks: number[], spent: number[]): number[] {
  checkAscending('blocks', blocks, Number.POSITIVE_INFINITY)
  checkAscending('spent α', spent, 1)
  if (blocks.length !== spent.length) throw new RangeError('there must be as much spent α as there are looks')
  let last = start
  return blocks.map((count, look) => {
    const bound = boundFor(last, count, (spent[look] as number) - (spent[look - 1] ?? 0))
    last = goOn(last, count, bound)
    return bound
  })
}

function checkAscending(name: string, values: number[], limit: number): void {
  const holds = values.every((value, index) => value > (values[index - 1] ?? 0) && value < limit)
  if (!holds)
    throw new RangeError(`${name} must be ascending, above 0 and below ${limit}: ${values.join(', ')}`)
}

/** By bisection: the higher the bound, the less likely it is to be crossed. */
function boundFor(last: Continuation, blocks: number, probability: number): number {
  let [low, high] = [0, widestBound]
  while (high - low > precision) {
    const middle = (low + high) / 2
    if (probabilityToCross(last, blocks, middle) > probability) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The probability to cross a bound at a look and none before it. As all is symmetric, it is twice that of the upper one. */
function probabilityToCross(last: Continuation, blocks: number, bound: number): number {
  const spread = Math.sqrt(blocks - last.blocks)
  const limit = bound * Math.sqrt(blocks)
  const upper = last.values.map(
    ({ z, probability }) => probability * normalTail((limit - z * Math.sqrt(last.blocks)) / spread),
  )
  return 2 * sum(upper)
}

function goOn(last: Continuation, blocks: number, bound: number): Continuation {
  const spread = Math.sqrt(blocks - last.blocks)
  const scale = Math.sqrt(blocks) / spread
  const lastScale = Math.sqrt(last.blocks) / spread
  const density = (z: number) =>
    sum(last.values.map((from) => from.probability * normalDensity(z * scale - from.z * lastScale))) * scale
  const values = simpsonGrid(bound).map(({ z, weight }) => ({ z, probability: weight * density(z) }))
  return { blocks, values }
}

const normalDensity = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
