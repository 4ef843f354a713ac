/** A variant compared with the baseline. */
export interface Comparison {
  variant: string
  baseline: string
  /**
   * Whether the baseline's requests go through a sidecar, too: then the difference is not what Dapr adds. Absent in results
   * of earlier versions.
   */
  baselineHasSidecar?: boolean | undefined
  /** The difference of two percentiles is not itself a percentile: it can be negative. */
  method: 'difference of percentiles'
  /** In milliseconds; null where a percentile is not known. */
  percentiles: ComparedPercentile[]
  /** In milliseconds. */
  mean: Difference
  /** In milliseconds, if a request publishes several events. */
  meanPerEvent?: Difference | undefined
}

export interface ComparedPercentile {
  percentile: number
  baseline: number | null
  variant: number | null
  /** The mean of the rounds' own differences; of all rounds together where one of them doesn't know the percentile. */
  added: number | null
  interval?: Interval | undefined
}

export interface Difference {
  baseline: number
  variant: number
  added: number
  interval?: Interval | undefined
}

/**
 * The 95 % interval of the mean of the rounds' differences (Student's t); absent with a single round, or where a round
 * doesn't know the figure.
 */
export interface Interval {
  low: number
  high: number
}
