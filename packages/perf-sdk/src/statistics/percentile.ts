import type { Bucket, Histogram } from '../load-engine/load-engine.js'
import type { Percentile } from '../results/schema.js'

/**
 * A percentile over all requests of one or more loads, interpolated as in fortio: linearly inside the bucket
 * (HistogramData.CalcPercentile in fortio.org/fortio/stats). For a single load it equals fortio's own.
 */
export function percentileOf(histograms: Histogram[], percentile: number): Percentile {
  const count = histograms.reduce((sum, histogram) => sum + histogram.count, 0)
  const rank = (percentile / 100) * count
  const buckets = mergeBuckets(histograms.flatMap((histogram) => histogram.buckets))
  let below = 1 // the minimum is known exactly: that request counts at its own value
  if (rank <= below) return inBucket(percentile, buckets[0] as Bucket, 0)
  let upTo = 0
  for (const bucket of buckets) {
    upTo += bucket.count
    if (rank <= upTo) return inBucket(percentile, bucket, (rank - below) / (upTo - below))
    below = upTo
  }
  return inBucket(percentile, buckets.at(-1) as Bucket, 1)
}

/**
 * fortio cuts the first bucket at the minimum and the last at the maximum; otherwise all histograms of the same
 * resolution have the same buckets. So overlapping buckets are the same bucket, cut differently.
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

function inBucket(percentile: number, { start, end }: Bucket, fraction: number): Percentile {
  const value = start + fraction * (end - start)
  const width = Math.round((end - start) * 1e6) / 1e6 // rounded to nanoseconds, to remove the error of the subtraction
  return { percentile, value, bucket: { start, end }, coarse: width > 0.25 * value && width > 0.02 }
}
