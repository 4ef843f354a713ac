import { normalTail, tPoint } from './distributions.js'
import { groupSequentialBounds } from './group-sequential.js'

/** A test of fewer blocks is not made: their standard deviation would be little more than a guess. */
export const leastBlocks = 8

const shares = [1 / 4, 1 / 2, 3 / 4, 1]

/** When a metric is looked at, and how far from 0 its t must be to count. */
export interface Look {
  /** Measured until then. */
  blocks: number
  /** The probability of a false alarm at this look or before it. */
  spentAlpha: number
  /** Of |t|, the mean in standard errors. */
  bound: number
}

/** The looks at one metric, ascending. It ends with `alpha` spent. */
export interface LookPlan {
  /** The probability of a false alarm, in either direction, at any look. */
  alpha: number
  looks: Look[]
}

/**
 * Up to four looks, after a quarter, half, three quarters and all of the blocks, but never at fewer than leastBlocks. Of α,
 * n of N blocks may have spent α (n/N)² (K. Kim and D. L. DeMets, Design and Analysis of Group Sequential Tests Based on
 * the Type I Error Spending Rate Function, Biometrika 74, 1987; ρ = 2).
 *
 * @param blocks planned, at least leastBlocks
 * @param alpha of all metrics together, in either direction: 0.05
 * @param metrics how many share it, in equal parts (Bonferroni): holds however they are correlated
 * @throws RangeError if there are too few blocks
 */
export function planLooks(blocks: number, alpha: number, metrics = 1): LookPlan {
  checkBlocks(blocks)
  const counts = shares.map((share) => Math.max(leastBlocks, Math.round(share * blocks)))
  const own = alpha / metrics
  return plan(own, [...new Set(counts)], (count) => own * (count / blocks) ** 2)
}

/**
 * The plan of a run that could not measure all its blocks: a last look at those that there are spends all that is left of
 * α. That must not depend on what was seen, only on time. It takes the place of a look at as many blocks.
 *
 * @param blocks measured, at least leastBlocks and at most those planned
 * @throws RangeError otherwise
 */
export function endLooksAt(blocks: number, { alpha, looks }: LookPlan): LookPlan {
  checkBlocks(blocks)
  const planned = looks.at(-1)?.blocks ?? 0
  if (blocks > planned) throw new RangeError(`${blocks} blocks are more than the ${planned} planned`)
  const before = looks.filter((look) => look.blocks < blocks)
  const spent = new Map(before.map((look) => [look.blocks, look.spentAlpha]))
  return plan(alpha, [...spent.keys(), blocks], (count) => spent.get(count) ?? alpha)
}

function checkBlocks(blocks: number): void {
  const holds = Number.isInteger(blocks) && blocks >= leastBlocks
  if (!holds) throw new RangeError(`there must be at least ${leastBlocks} blocks, not ${blocks}`)
}

function plan(alpha: number, counts: number[], spentAt: (blocks: number) => number): LookPlan {
  const spent = counts.map(spentAt)
  const bounds = groupSequentialBounds(counts, spent)
  const looks = counts.map((blocks, index) => ({
    blocks,
    spentAlpha: spent[index] as number,
    bound: tBound(bounds[index] as number, blocks),
  }))
  return { alpha, looks }
}

/**
 * The bound of t with the tail probability of a bound of Z, as the standard deviation is estimated from the blocks
 * (S. J. Pocock, Group Sequential Methods in the Design and Analysis of Clinical Trials, Biometrika 64, 1977). Exact for one
 * look, nearly so for all together: for an α of 2.5 %, 400,000 simulated runs each had 2.5 % false alarms with 8 blocks,
 * 2.7 % with 20, and 2.6 % with 70.
 */
const tBound = (bound: number, blocks: number) => tPoint(normalTail(bound), blocks - 1)
