import { normalPoint } from './distributions.js'
import { meanOf, sum } from './mean.js'

const power = 0.95

/** A change from A to B: as a relative change, 0.02 is 2 % more; as a log ratio, ln(B/A). */
export interface Change {
  estimate: number
  interval: { low: number; high: number }
  /** The smallest true increase that 95 % of such runs find: their interval at this look lies above 0. */
  minimumDetectable: number
}

/** In the unit of the values: of log ratios, in natural logarithms. */
export interface Spread {
  standardDeviation: number
  /** Of their mean. */
  standardError: number
}

export function spreadOf(values: number[]): Spread {
  const count = values.length
  const mean = meanOf(values)
  const sumOfSquares = sum(values.map((value) => (value - mean) ** 2))
  const standardDeviation = Math.sqrt(sumOfSquares / (count - 1))
  return { standardDeviation, standardError: standardDeviation / Math.sqrt(count) }
}

/**
 * The mean of the blocks' log ratios, with its repeated confidence interval, mean ± bound × standard error: a run's
 * intervals hold the true change at all looks together, except in α of all runs (C. Jennison and B. W. Turnbull, Interim
 * Analyses: The Repeated Confidence Interval Approach, Journal of the Royal Statistical Society B 51, 1989).
 *
 * @param bound of |t| at this look
 * @returns log ratios
 */
export function estimateChange(logRatios: number[], { standardError }: Spread, bound: number): Change {
  const estimate = meanOf(logRatios)
  return {
    estimate,
    interval: { low: estimate - bound * standardError, high: estimate + bound * standardError },
    minimumDetectable: detectableT(bound, logRatios.length - 1) * standardError,
  }
}

/**
 * The true change, in standard errors, with which t exceeds the bound as often as the power says: the normal approximation
 * of the noncentral t distribution (M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions, 26.7.10), solved
 * for its noncentrality.
 */
const detectableT = (bound: number, degreesOfFreedom: number) =>
  bound * (1 - 1 / (4 * degreesOfFreedom)) +
  normalPoint(1 - power) * Math.sqrt(1 + bound ** 2 / (2 * degreesOfFreedom))

/** @param change in log ratios */
export const toRelative = ({ estimate, interval, minimumDetectable }: Change): Change => ({
  estimate: Math.expm1(estimate),
  interval: { low: Math.expm1(interval.low), high: Math.expm1(interval.high) },
  minimumDetectable: Math.expm1(minimumDetectable),
})
