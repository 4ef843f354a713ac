import { eventsPerRequest, hasSidecar, type Target } from '../description/target.js'
import type { Check } from '../model/check.js'
import type { Comparison } from '../model/comparison.js'
import { loadsOf, type Measurement } from '../model/measurement.js'
import type { Summary } from '../model/summary.js'
import { summarize } from '../statistics/summary.js'
import { type Added, addedOf, meanIn, percentileIn } from './added.js'

/** A measurement with its evaluation. */
export interface ComparedMeasurement {
  measurement: Measurement
  /** By variant. */
  summaries: Record<string, Summary>
  /** Of each other variant with the first one. */
  comparisons: Comparison[]
  checks: Check[]
}

/**
 * Compares the variants of a measurement with its first one as the Go suite does, percentile by percentile, but round by
 * round: what a variant adds is the mean of the rounds' differences.
 *
 * @param checks the case's own checks of the loads, besides those of every load
 */
export function compare(measurement: Measurement, checks: Check[] = []): ComparedMeasurement {
  const variants = Object.keys(measurement.targets)
  const summaries = Object.fromEntries(
    variants.map((variant) => [variant, summarize(loadsOf(measurement, variant))]),
  )
  const [baseline = '', ...others] = variants
  return {
    measurement,
    summaries,
    comparisons: others.map((variant) => compareVariants(measurement, summaries, baseline, variant)),
    checks,
  }
}

function compareVariants(
  measurement: Measurement,
  summaries: Record<string, Summary>,
  baseline: string,
  variant: string,
): Comparison {
  const { targets } = measurement
  const [one, other] = [summaries[baseline] as Summary, summaries[variant] as Summary]
  const [target, otherTarget] = [targets[baseline] as Target, targets[variant] as Target]
  const [events, otherEvents] = [eventsPerRequest(target), eventsPerRequest(otherTarget)]
  return {
    variant,
    baseline,
    baselineHasSidecar: hasSidecar(target),
    method: 'difference of percentiles',
    percentiles: one.percentiles.map((point, index) => {
      const otherPoint = other.percentiles[index] as typeof point
      return {
        percentile: point.percentile,
        baseline: point.value,
        variant: otherPoint.value,
        ...addedOf(
          measurement,
          percentileIn(baseline, point.percentile),
          percentileIn(variant, point.percentile),
        ),
      }
    }),
    mean: {
      baseline: one.mean,
      variant: other.mean,
      ...meanAdded(addedOf(measurement, meanIn(baseline), meanIn(variant))),
    },
    ...((events > 1 || otherEvents > 1) && {
      meanPerEvent: {
        baseline: one.mean / events,
        variant: other.mean / otherEvents,
        ...meanAdded(addedOf(measurement, meanIn(baseline, events), meanIn(variant, otherEvents))),
      },
    }),
  }
}

/** A mean is known of any load. */
const meanAdded = ({ added, interval }: Added) => ({ added: added as number, ...(interval && { interval }) })
