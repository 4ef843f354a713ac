import type { Measurement, Side } from '../measure/measure.js'
import type { Check } from './checks.js'
import { type Summary, summarize } from './summary.js'

/** What Dapr adds, in milliseconds. */
export interface Comparison {
  /**
   * The Go suite's comparison. The difference of two percentiles is no percentile of anything: it can be
   * negative, and no request was slower by just this much.
   */
  method: 'difference of percentiles'
  percentiles: ({ percentile: number; coarse: boolean } & Difference)[]
  average: Difference
  /** The average of a single event, where a request publishes several. */
  averagePerEvent?: Difference
}

/** Milliseconds. */
export interface Difference {
  baseline: number
  dapr: number
  added: number
}

export interface ComparedMeasurement {
  measurement: Measurement
  summaries: Record<Side, Summary>
  comparison: Comparison
  checks: Check[]
}

/**
 * Compares the two sides of a measurement as the Go suite does: percentile by percentile.
 *
 * @param checks what the case itself has found about the load, besides the checks of every load
 */
export function compare(measurement: Measurement, checks: Check[] = []): ComparedMeasurement {
  const { rounds, eventsPerRequest } = measurement
  const summaries = { baseline: summarize(rounds.baseline), dapr: summarize(rounds.dapr) }
  const { baseline, dapr } = summaries
  const hasEvents = eventsPerRequest.baseline > 1 || eventsPerRequest.dapr > 1
  return {
    measurement,
    summaries,
    checks,
    comparison: {
      method: 'difference of percentiles',
      percentiles: baseline.percentiles.map((point, index) => {
        const other = dapr.percentiles[index] as typeof point
        return {
          percentile: point.percentile,
          ...difference(point.value, other.value),
          coarse: point.coarse || other.coarse,
        }
      }),
      average: difference(baseline.average, dapr.average),
      ...(hasEvents && {
        averagePerEvent: difference(
          baseline.average / eventsPerRequest.baseline,
          dapr.average / eventsPerRequest.dapr,
        ),
      }),
    },
  }
}

const difference = (baseline: number, dapr: number): Difference => ({
  baseline,
  dapr,
  added: dapr - baseline,
})
