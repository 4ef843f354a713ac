import { type Change, estimateChange, type Spread, spreadOf, toRelative } from './estimate.js'
import type { Look, LookPlan } from './looks.js'
import { isDecided, type Verdict, verdictOn } from './verdict.js'

/** What the blocks say about one metric at one look. */
export interface MetricAnswer extends Spread {
  look: Look
  /** Relative, B against A. */
  change: Change
  /** X of the verdict, relative. */
  minEffect: number
  verdict: Verdict
  /** Whether more blocks are not needed for this metric. */
  decided: boolean
}

/**
 * Nothing but the arguments goes into the answer: from stored blocks it is computed again.
 *
 * @param logRatios of the metric, ln(B/A), of each block up to this look; its increase is a slowdown
 * @param lookIndex of the plan's looks, from 0
 * @param minEffect the least change that matters, relative, between 0 and 1: 0.02 is 2 %
 * @throws RangeError if these do not fit, or a ratio is not a number
 */
export function evaluate(
  logRatios: number[],
  { looks }: LookPlan,
  lookIndex: number,
  minEffect: number,
): MetricAnswer {
  const look = looks[lookIndex]
  if (!look) throw new RangeError(`there is no look ${lookIndex}: the plan has ${looks.length}`)
  if (look.blocks !== logRatios.length)
    throw new RangeError(`the look is at ${look.blocks} blocks, not at ${logRatios.length}`)
  if (!logRatios.every(Number.isFinite)) throw new RangeError('a log ratio is not a finite number')
  if (!(minEffect > 0 && minEffect < 1))
    throw new RangeError(`the least effect must lie between 0 and 1, which ${minEffect} does not`)
  const spread = spreadOf(logRatios)
  const change = toRelative(estimateChange(logRatios, spread, look.bound))
  return {
    look,
    ...spread,
    change,
    minEffect,
    verdict: verdictOn(change, minEffect),
    decided: isDecided(change, minEffect),
  }
}
