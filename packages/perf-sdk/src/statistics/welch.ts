import type { Interval } from '../model/comparison.js'
import { tPoint } from './distributions.js'
import { spreadOf } from './estimate.js'
import { meanOf } from './mean.js'

const tail = 0.025

/**
 * The difference of the means of two samples, and its 95 % interval (B. L. Welch, The Generalization of Student's Problem
 * when Several Different Population Variances are Involved, Biometrika 34, 1947); no interval if one has fewer than two
 * values.
 */
export function differenceOfMeans(
  ones: number[],
  others: number[],
): { estimate: number; interval?: Interval } {
  const estimate = meanOf(others) - meanOf(ones)
  if (ones.length < 2 || others.length < 2) return { estimate }
  const [a, b] = [ones, others].map((values) => spreadOf(values).standardError ** 2) as [number, number]
  if (a + b === 0) return { estimate, interval: { low: estimate, high: estimate } }
  const degreesOfFreedom = (a + b) ** 2 / (a ** 2 / (ones.length - 1) + b ** 2 / (others.length - 1))
  const margin = tPoint(tail, degreesOfFreedom) * Math.sqrt(a + b)
  return { estimate, interval: { low: estimate - margin, high: estimate + margin } }
}
