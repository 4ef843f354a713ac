import { DaprPerfError } from '@dapr-perf/errors'
import { z } from 'zod'
import type {
  Histogram,
  LateSends,
  LoadRequest,
  LoadResult,
  MixedLoadResult,
  Outcome,
} from '../load-engine.js'

const bucket = z.object({
  /** Seconds. */
  Start: z.number(),
  End: z.number(),
  Count: z.int(),
})

/** In bytes. */
const sizes = z.object({ Min: z.number(), Max: z.number() })

const histogram = z.object({
  Count: z.int(),
  Min: z.number(),
  Max: z.number(),
  Avg: z.number(),
  Data: z.array(bucket).min(1, 'no request was answered'),
})

const fortioResult = z.object({
  ActualQPS: z.number(),
  /** Nanoseconds. */
  ActualDuration: z.number(),
  NumThreads: z.int(),
  Version: z.string(),
  DurationHistogram: histogram,
  /** Only of our extension, with a target rate. */
  ResponseTime: histogram.optional(),
  LateSends: z.object({ Count: z.int(), WorstSeconds: z.number() }).optional(),
  RetCodes: z.record(z.string(), z.int()),
  /** Of whole responses, and of their headers; only for HTTP. */
  Sizes: sizes.optional(),
  HeaderSizes: sizes.optional(),
})
type FortioResult = z.output<typeof fortioResult>

const mixedResult = z.object({
  Order: z.array(z.string()),
  /** Nanoseconds. */
  Slice: z.number(),
  Slices: z.int(),
  Results: z.array(fortioResult.extend({ Name: z.string() })),
})

type Asked = Pick<LoadRequest, 'rate' | 'connections'>

/**
 * Reads fortio's result JSON.
 *
 * @param asked the requested rate and connections
 * @param late what fortio says of late sends elsewhere, unless the text says it
 * @throws DaprPerfError that says what is missing, and shows the beginning of the text
 */
export function parseFortioResult(text: string, asked: Asked, late?: LateSends): LoadResult {
  return toLoadResult(read(fortioResult, text), text, asked, late)
}

/**
 * Reads the result JSON of our extension for a load of several variants.
 *
 * @param asked the requested rate and connections of all variants together
 * @throws DaprPerfError that says what is missing, and shows the beginning of the text
 */
export function parseMixedResult(text: string, { rate, connections }: Asked): MixedLoadResult {
  const { Order, Slice, Slices, Results } = read(mixedResult, text)
  const ofVariant = { rate: rate / Results.length, connections }
  return {
    order: Order,
    slices: Slices,
    sliceSeconds: Slice / 1e9,
    results: Object.fromEntries(
      Results.map(({ Name, ...result }) => [Name, toLoadResult(result, JSON.stringify(result), ofVariant)]),
    ),
    raw: text,
  }
}

function toLoadResult(result: FortioResult, raw: string, asked: Asked, late?: LateSends): LoadResult {
  const { rate: targetRate, connections } = asked
  const { DurationHistogram, ResponseTime, NumThreads, Sizes, HeaderSizes } = result
  const lateSends = lateSendsOf(result) ?? late
  return {
    engine: { name: 'fortio', version: result.Version },
    targetRate,
    achievedRate: result.ActualQPS,
    seconds: result.ActualDuration / 1e9,
    connections: NumThreads,
    // fortio sends one request on each connection before the load, including connections that the load doesn't use.
    sent: DurationHistogram.Count + connections,
    outcomes: Object.entries(result.RetCodes).map(toOutcome),
    histogram: toHistogram(DurationHistogram),
    ...(ResponseTime && { responseTime: toHistogram(ResponseTime) }),
    ...(lateSends && { late: lateSends }),
    ...(Sizes &&
      HeaderSizes && { bodyBytes: { min: Sizes.Min - HeaderSizes.Min, max: Sizes.Max - HeaderSizes.Max } }),
    raw,
  }
}

function read<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text))
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
    throw new DaprPerfError(`not a fortio result: ${reason}\n  ${text.slice(0, 300)}`, { cause: error })
  }
}

function toOutcome([code, count]: [string, number]): Outcome {
  return { code, kind: /^(2\d\d|OK|SERVING)$/.test(code) ? 'success' : 'failure', count }
}

function lateSendsOf({ LateSends, DurationHistogram }: FortioResult): LateSends | undefined {
  if (!LateSends) return undefined
  const { Count, WorstSeconds } = LateSends
  return { percent: (Count / DurationHistogram.Count) * 100, worstMs: toMs(WorstSeconds) }
}

/** The last bucket of fortio begins at 100000 times the resolution, even if all requests took longer (stats.Histogram). */
function toHistogram({ Count, Min, Max, Avg, Data }: z.output<typeof histogram>): Histogram {
  const [min, max] = [toMs(Min), toMs(Max)]
  const within = (seconds: number) => Math.min(max, Math.max(min, toMs(seconds)))
  return {
    count: Count,
    min,
    max,
    mean: Avg * 1000,
    buckets: Data.map(({ Start, End, Count }) => ({ start: within(Start), end: within(End), count: Count })),
  }
}

/** Seconds to milliseconds, rounded to nanoseconds. */
const toMs = (seconds: number) => Math.round(seconds * 1e9) / 1e6
