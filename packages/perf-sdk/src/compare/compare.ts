import type { Measurement } from '../measure/measure.js'
import { type Summary, summarize } from './summary.js'

/** What Dapr adds, in milliseconds. */
export interface Comparison {
  /**
   * The Go suite's comparison. The difference of two percentiles is no percentile of anything: it can be
   * negative, and no request was slower by just this much.
   */
  method: 'difference of percentiles'
  percentiles: { percentile: number; baseline: number; dapr: number; added: number; coarse: boolean }[]
  average: { baseline: number; dapr: number; added: number }
}

export interface ComparedMeasurement {
  measurement: Measurement
  summaries: Record<keyof Measurement, Summary>
  comparison: Comparison
}

/** Compares the two sides of a measurement as the Go suite does: percentile by percentile. */
export function compare(measurement: Measurement): ComparedMeasurement {
  const summaries = { baseline: summarize(measurement.baseline), dapr: summarize(measurement.dapr) }
  const { baseline, dapr } = summaries
  return {
    measurement,
    summaries,
    comparison: {
      method: 'difference of percentiles',
      percentiles: baseline.percentiles.map((point, index) => {
        const other = dapr.percentiles[index] as typeof point
        return {
          percentile: point.percentile,
          baseline: point.value,
          dapr: other.value,
          added: other.value - point.value,
          coarse: point.coarse || other.coarse,
        }
      }),
      average: {
        baseline: baseline.average,
        dapr: dapr.average,
        added: dapr.average - baseline.average,
      },
    },
  }
}
