import { eventsPerRequest } from '../case/target.js'
import { loadsOf, type Measurement } from '../measure/measurement.js'
import type { Check, Comparison, Difference, Summary } from '../results/schema.js'
import { addedBetween } from '../statistics/percentile.js'
import { summarize } from '../statistics/summary.js'

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
 * Compares the variants of a measurement with its first one as the Go suite does: percentile by percentile.
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
  { targets }: Measurement,
  summaries: Record<string, Summary>,
  baseline: string,
  variant: string,
): Comparison {
  const [one, other] = [summaries[baseline] as Summary, summaries[variant] as Summary]
  const [events, otherEvents] = [baseline, variant].map((name) => {
    const target = targets[name]
    return target ? eventsPerRequest(target) : 1
  }) as [number, number]
  return {
    variant,
    baseline,
    method: 'difference of percentiles',
    percentiles: one.percentiles.map((point, index) => {
      const otherPoint = other.percentiles[index] as typeof point
      const [value, otherValue] = [point.value, otherPoint.value]
      return {
        percentile: point.percentile,
        baseline: value,
        variant: otherValue,
        added: addedBetween(value, otherValue),
        coarse: point.coarse || otherPoint.coarse,
      }
    }),
    mean: difference(one.mean, other.mean),
    ...((events > 1 || otherEvents > 1) && {
      meanPerEvent: difference(one.mean / events, other.mean / otherEvents),
    }),
  }
}

const difference = (baseline: number, variant: number): Difference => ({
  baseline,
  variant,
  added: variant - baseline,
})
