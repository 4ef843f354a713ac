import type { Histogram } from './fortio-result.js'

export interface Percentile {
  /** 50, 75, 90, 99, 99.9 */
  percentile: number
  /** Milliseconds. */
  value: number
  /** The histogram's bucket that the value was interpolated in, in milliseconds. */
  bucket: { start: number; end: number }
  /** Whether that bucket is so wide that the value is a guess: over 25 % of the value, and over 20 µs. */
  coarse: boolean
}

type Bucket = Histogram['Data'][number]

/**
 * A percentile of all the requests of one or more loads, interpolated as fortio does: linearly inside the bucket
 * (HistogramData.CalcPercentile in fortio.org/fortio/stats). For one load it equals fortio's own.
 */
export function percentileOf(histograms: Histogram[], percentile: number): Percentile {
  const count = histograms.reduce((sum, histogram) => sum + histogram.Count, 0)
  const rank = (percentile / 100) * count
  const buckets = mergeBuckets(histograms.flatMap((histogram) => histogram.Data))
  let below = 1 // the least of all is known exactly, so that one request stands at its place
  if (rank <= below) return inBucket(percentile, buckets[0] as Bucket, 0)
  let upTo = 0
  for (const bucket of buckets) {
    upTo += bucket.Count
    if (rank <= upTo) return inBucket(percentile, bucket, (rank - below) / (upTo - below))
    below = upTo
  }
  return inBucket(percentile, buckets.at(-1) as Bucket, 1)
}

/**
 * fortio cuts the first bucket at the least value and the last at the greatest; apart from that all histograms of one
 * resolution have the same buckets. So buckets that overlap are the same one, cut differently.
 */
function mergeBuckets(buckets: Bucket[]): Bucket[] {
  const merged: Bucket[] = []
  for (const bucket of buckets.toSorted((a, b) => a.Start - b.Start || a.End - b.End)) {
    const last = merged.at(-1)
    const same = last && (bucket.Start < last.End || (bucket.Start === last.Start && bucket.End === last.End))
    if (same) {
      last.End = Math.max(last.End, bucket.End)
      last.Count += bucket.Count
    } else {
      merged.push({ ...bucket })
    }
  }
  return merged
}

function inBucket(percentile: number, bucket: Bucket, fraction: number): Percentile {
  const [start, end] = [toMs(bucket.Start), toMs(bucket.End)]
  const value = start + fraction * (end - start)
  const width = toMs(bucket.End - bucket.Start)
  return { percentile, value, bucket: { start, end }, coarse: width > 0.25 * value && width > 0.02 }
}

/** Seconds to milliseconds, to the nanosecond. */
const toMs = (seconds: number) => Math.round(seconds * 1e9) / 1e6
