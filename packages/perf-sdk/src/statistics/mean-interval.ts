import type { Interval } from '../model/comparison.js'
import { tPoint } from './distributions.js'
import { spreadOf } from './estimate.js'
import { meanOf } from './mean.js'

const tail = 0.025

/** The 95 % interval of the mean of values that are independent of each other, by Student's t; undefined for fewer than two. */
export function meanInterval(values: number[]): Interval | undefined {
  if (values.length < 2) return undefined
  const mean = meanOf(values)
  const margin = tPoint(tail, values.length - 1) * spreadOf(values).standardError
  return { low: mean - margin, high: mean + margin }
}
