import type { Interval } from '../model/comparison.js'
import { loadsOf, type MeasuredLoad, type Measurement } from '../model/measurement.js'
import { meanOf } from '../statistics/mean.js'
import { meanInterval } from '../statistics/mean-interval.js'
import { addedBetween, percentileOf } from '../statistics/percentile.js'
import { summarize } from '../statistics/summary.js'

/** What one variant has more than another. */
export interface Added {
  /** Null where it is not known. */
  added: number | null
  /** Of 95 %; absent with a single round. */
  interval?: Interval
}

/** A figure of a variant: of some of its loads, taken together; null where it is not known. */
export interface FigureOf {
  variant: string
  figure: (loads: MeasuredLoad[]) => number | null
}

/** A percentile of the service time, in milliseconds. */
export const percentileIn = (variant: string, percentile: number): FigureOf => ({
  variant,
  figure: (loads) =>
    percentileOf(
      loads.map(({ result }) => result.histogram),
      percentile,
    ).value,
})

/** The mean service time, in milliseconds, of a request or of one of its events. */
export const meanIn = (variant: string, events = 1): FigureOf => ({
  variant,
  figure: (loads) => summarize(loads).mean / events,
})

/**
 * What a variant has more than another: the mean of the rounds' own differences, with its interval, where every round knows
 * the figure; else the difference of all rounds taken together.
 */
export function addedOf({ loads }: Pick<Measurement, 'loads'>, one: FigureOf, other: FigureOf): Added {
  const [ones, others] = [loadsOf({ loads }, one.variant), loadsOf({ loads }, other.variant)]
  const differences = ones.map((load, round) => {
    const another = others[round]
    return another ? addedBetween(one.figure([load]), other.figure([another])) : null
  })
  if (ones.length !== others.length || differences.includes(null))
    return { added: addedBetween(one.figure(ones), other.figure(others)) }
  const known = differences as number[]
  const interval = meanInterval(known)
  return { added: meanOf(known), ...(interval && { interval }) }
}
