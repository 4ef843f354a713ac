import { DaprPerfError } from '@dapr-perf/errors'
import { z } from 'zod'
import { arrivalKinds } from '../../description/arrivals.js'
import type { Histogram } from '../../model/histogram.js'
import type { ExtraConnections, LoadResult, MachineUse, RatedLoad, RequestOutcome } from '../../model/load.js'
import type { LoadRequest, MixedLoadResult } from '../load-engine.js'

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

const rated = z.object({
  Arrivals: z.enum(arrivalKinds),
  Due: z.int(),
  SentInTime: z.int(),
  LateSends: z.object({ Count: z.int(), WorstSeconds: z.number() }),
  ResponseTime: histogram,
  GeneratorDelay: histogram,
})

const machine = z.object({
  Cores: z.int(),
  Seconds: z.number(),
  BusySeconds: z.number(),
  GeneratorSeconds: z.number(),
  StealSeconds: z.number(),
})

/** That of our extension's loop. */
const fortioResult = z.object({
  ActualQPS: z.number(),
  /** Nanoseconds. */
  ActualDuration: z.number(),
  NumThreads: z.int(),
  Version: z.string(),
  DurationHistogram: histogram,
  RetCodes: z.record(z.string(), z.int()),
  /** Of whole responses, and of their headers; only for HTTP. */
  Sizes: sizes.optional(),
  HeaderSizes: sizes.optional(),
  ExtraConnections: z.union([
    z.object({ Opened: z.int(), SentAgain: z.int() }),
    z.object({ OpenedOrSentAgain: z.int() }),
  ]),
  /** Only with a target rate. */
  Rated: rated.optional(),
  Machine: machine.optional(),
})
type FortioResult = z.output<typeof fortioResult>

const storedResult = z.object({
  DurationHistogram: histogram,
  /** Of all that our extension's loop made. */
  ExtraConnections: z.unknown().optional(),
})

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
 * @throws DaprPerfError that says what is missing, and shows the beginning of the text
 */
export function parseFortioResult(text: string, asked: Asked): LoadResult {
  return toLoadResult(read(fortioResult, text), asked)
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
      Results.map(({ Name, ...result }) => [Name, toLoadResult(result, ofVariant)]),
    ),
    raw: text,
  }
}

/**
 * Reads the service times of a stored result JSON, of fortio itself as well, which made the loads of earlier versions.
 *
 * @throws DaprPerfError that says what is missing, and shows the beginning of the text
 */
export function parseStoredHistogram(text: string): Histogram {
  const { DurationHistogram, ExtraConnections } = read(storedResult, text)
  const histogram = toHistogram(DurationHistogram)
  return ExtraConnections === undefined ? withinBounds(histogram) : histogram
}

function toLoadResult(result: FortioResult, { rate, connections }: Asked): LoadResult {
  const { DurationHistogram, ExtraConnections, Rated, Machine, NumThreads, Sizes, HeaderSizes } = result
  return {
    engine: { name: 'fortio', version: result.Version },
    targetRate: rate,
    achievedRate: Rated ? (rate * Rated.SentInTime) / Rated.Due : result.ActualQPS,
    seconds: result.ActualDuration / 1e9,
    connections: NumThreads,
    // One request on each connection tests it before the load.
    sent: DurationHistogram.Count + connections,
    outcomes: Object.entries(result.RetCodes).map(toOutcome),
    histogram: toHistogram(DurationHistogram),
    ...(Rated && { rated: toRatedLoad(Rated) }),
    extraConnections: toExtraConnections(ExtraConnections),
    ...(Machine && { machine: toMachineUse(Machine) }),
    ...(Sizes &&
      HeaderSizes && { bodyBytes: { min: Sizes.Min - HeaderSizes.Min, max: Sizes.Max - HeaderSizes.Max } }),
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

function toOutcome([code, count]: [string, number]): RequestOutcome {
  return { code, kind: /^(2\d\d|OK|SERVING)$/.test(code) ? 'success' : 'failure', count }
}

function toRatedLoad(load: z.output<typeof rated>): RatedLoad {
  const { Arrivals, Due, SentInTime, LateSends, ResponseTime, GeneratorDelay } = load
  return {
    arrivals: Arrivals,
    due: Due,
    sentInTime: SentInTime,
    late: { count: LateSends.Count, worstMs: toMs(LateSends.WorstSeconds) },
    responseTime: toHistogram(ResponseTime),
    generatorDelay: toHistogram(GeneratorDelay),
  }
}

const toExtraConnections = (extra: FortioResult['ExtraConnections']): ExtraConnections =>
  'OpenedOrSentAgain' in extra
    ? { openedOrSentAgain: extra.OpenedOrSentAgain }
    : { opened: extra.Opened, sentAgain: extra.SentAgain }

const toMachineUse = (use: z.output<typeof machine>): MachineUse => ({
  cores: use.Cores,
  seconds: use.Seconds,
  busySeconds: use.BusySeconds,
  generatorSeconds: use.GeneratorSeconds,
  stealSeconds: use.StealSeconds,
})

function toHistogram({ Count, Min, Max, Avg, Data }: z.output<typeof histogram>): Histogram {
  return {
    count: Count,
    min: toMs(Min),
    max: toMs(Max),
    mean: Avg * 1000,
    buckets: Data.map(({ Start, End, Count }) => ({ start: toMs(Start), end: toMs(End), count: Count })),
  }
}

/** The last bucket of fortio itself begins at 100000 times the resolution, even if all requests took longer. */
function withinBounds(histogram: Histogram): Histogram {
  const { min, max, buckets } = histogram
  const within = (ms: number) => Math.min(max, Math.max(min, ms))
  return {
    ...histogram,
    buckets: buckets.map(({ start, end, count }) => ({ start: within(start), end: within(end), count })),
  }
}

/** Seconds to milliseconds, rounded to nanoseconds. */
const toMs = (seconds: number) => Math.round(seconds * 1e9) / 1e6
