import type { Bucket, Histogram } from '../model/histogram.js'
import type { Percentile } from '../model/summary.js'
import { sum } from './mean.js'

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
 * Interpolates as fortio does: linearly inside a bucket (HistogramData.CalcPercentile in fortio.org/fortio/stats), so that
 * for a single load it equals fortio's own percentile. The buckets of several loads may overlap, and be of any width: between
 * two of their edges there are so many requests as lie there of each bucket, if its requests are spread evenly.
 */
export function interpolate(histograms: Histogram[], percentile: number): Interpolated {
  const rank = (percentile / 100) * countOf(histograms)
  const buckets = histograms.flatMap((histogram) => histogram.buckets)
  const waiting = histograms.flatMap(piecesOf).toSorted((a, b) => b.start - a.start || b.end - a.end)
  const edges = [...new Set(buckets.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b)
  let active: Bucket[] = []
  let ended = 0
  let from = { edge: Number.NEGATIVE_INFINITY, below: 0 }
  const upTo = (edge: number) => ended + sum(active.map((piece) => partOf(piece, edge)))
  for (const edge of edges) {
    const below = upTo(edge)
    if (rank <= below) {
      const share = (rank - from.below) / (below - from.below)
      return { value: from.edge + share * (edge - from.edge), bucket: spanOf(active) }
    }
    for (let piece = waiting.at(-1); piece?.start === edge; piece = waiting.at(-1)) {
      active.push(piece)
      waiting.pop()
    }
    ended += sum(active.filter(({ end }) => end === edge).map(({ count }) => count))
    active = active.filter(({ end }) => end > edge)
    from = { edge, below: upTo(edge) }
    if (rank <= from.below) return { value: edge, bucket: spanOf(bucketsAt(edge, buckets)) }
  }
  const last = edges.at(-1) as number
  return { value: last, bucket: spanOf(bucketsAt(last, buckets)) }
}

/** The fastest request of a load took the minimum, at which its first bucket begins; all others are spread over their buckets. */
function piecesOf({ buckets: [first, ...others] }: Histogram): Bucket[] {
  if (!first) return []
  const { start, end, count } = first
  return [{ start, end: start, count: 1 }, { start, end, count: count - 1 }, ...others]
}

const partOf = ({ start, end, count }: Bucket, edge: number) => (count * (edge - start)) / (end - start)

/** Those that begin at a time, or else that end there. */
function bucketsAt(edge: number, buckets: Bucket[]): Bucket[] {
  const beginning = buckets.filter(({ start }) => start === edge)
  return beginning.length > 0 ? beginning : buckets.filter(({ end }) => end === edge)
}

const spanOf = (buckets: Bucket[]) => ({
  start: Math.min(...buckets.map(({ start }) => start)),
  end: Math.max(...buckets.map(({ end }) => end)),
})
