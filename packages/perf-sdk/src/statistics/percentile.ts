import type { Bucket, Histogram } from '../model/histogram.js'
import type { Percentile } from '../model/summary.js'

interface Interpolated {
  value: number
  bucket: { start: number; end: number }
}

/**
 * A percentile over all requests of one or more loads.
 *
 * @returns its value and bucket are null if there are fewer requests than it needs
 */
export function percentileOf(histograms: Histogram[], percentile: number): Percentile {
  return countOf(histograms) < leastRequestsFor(percentile)
    ? { percentile, value: null, bucket: null }
    : { percentile, ...interpolate(histograms, percentile) }
}

/**
 * How many requests a percentile needs: so many that, with 95 % confidence, at least one of them lies beyond it. With fewer,
 * even the slowest may be faster than the percentile. It is the least n with p^n ≤ 0.05 (S. S. Wilks, Determination of
 * Sample Sizes for Setting Tolerance Limits, Annals of Mathematical Statistics 12, 1941), and for percentiles below 50 the
 * same on the other side.
 *
 * @param percentile between 0 and 100
 */
export const leastRequestsFor = (percentile: number) =>
  Math.ceil(Math.log(0.05) / Math.log(Math.max(percentile, 100 - percentile) / 100))

/** What the other value has more than the one; null where either is not known. */
export const addedBetween = (one: number | null, other: number | null) =>
  one === null || other === null ? null : other - one

const countOf = (histograms: Histogram[]) => histograms.reduce((sum, { count }) => sum + count, 0)

/**
 * Interpolates as fortio does: linearly inside the bucket (HistogramData.CalcPercentile in fortio.org/fortio/stats). For a
 * single load it equals fortio's own percentile.
 */
export function interpolate(histograms: Histogram[], percentile: number): Interpolated {
  const count = countOf(histograms)
  const rank = (percentile / 100) * count
  const buckets = mergeBuckets(histograms.flatMap((histogram) => histogram.buckets))
  let below = 1 // the minimum is known exactly: that request counts at its own value
  if (rank <= below) return inBucket(buckets[0] as Bucket, 0)
  let upTo = 0
  for (const bucket of buckets) {
    upTo += bucket.count
    if (rank <= upTo) return inBucket(bucket, (rank - below) / (upTo - below))
    below = upTo
  }
  return inBucket(buckets.at(-1) as Bucket, 1)
}

/**
 * The engine cuts the first bucket at the minimum and the last at the maximum; otherwise all histograms have the same
 * buckets. So overlapping buckets are the same bucket, cut differently.
 */
function mergeBuckets(buckets: Bucket[]): Bucket[] {
  const merged: Bucket[] = []
  for (const bucket of buckets.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const last = merged.at(-1)
    const isSame = last && bucket.start < last.end
    if (isSame) {
      last.end = Math.max(last.end, bucket.end)
      last.count += bucket.count
    } else {
      merged.push({ ...bucket })
    }
  }
  return merged
}

const inBucket = ({ start, end }: Bucket, fraction: number): Interpolated => ({
  value: start + fraction * (end - start),
  bucket: { start, end },
})
