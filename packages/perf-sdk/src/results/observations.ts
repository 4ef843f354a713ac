import { readFileSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { arrivalKinds } from '../description/arrivals.js'
import type { Histogram } from '../model/histogram.js'
import type { LoadResult } from '../model/load.js'
import type { MeasuredLoad } from '../model/measurement.js'
import type { ResolvedTarget } from '../model/target.js'
import { abResultSchema, block } from './ab-schema.js'
import { explainWrite } from './files.js'
import {
  about,
  dateTime,
  environment,
  extraConnections,
  open,
  outcomeOfRequests,
  resultSchema,
  target,
  usageByApp,
} from './schema.js'

/** The file in a case's folder to which each observation is appended as soon as it is made: one JSON object a line. */
export const observationsFile = 'observations.jsonl'

/** Times in milliseconds; a bucket is [start, end, count]. */
const histogram = z.object({
  count: z.int(),
  min: z.number(),
  max: z.number(),
  mean: z.number(),
  buckets: z.array(z.tuple([z.number(), z.number(), z.int()])),
})

const loadResult = open({
  target,
  engine: z.object({ name: z.string(), version: z.string() }),
  targetRate: z.number(),
  achievedRate: z.number(),
  seconds: z.number(),
  connections: z.int(),
  sent: z.int(),
  outcomes: z.array(outcomeOfRequests),
  histogram: about('Of the service time', histogram),
  rated: z
    .object({
      arrivals: z.enum(arrivalKinds),
      due: z.int(),
      sentInTime: z.int(),
      late: z.object({ count: z.int(), worstMs: z.number() }),
      responseTime: histogram,
      generatorDelay: histogram,
    })
    .optional(),
  extraConnections,
  machine: z
    .object({
      cores: z.number(),
      seconds: z.number(),
      busySeconds: z.number(),
      generatorSeconds: z.number(),
      stealSeconds: z.number(),
    })
    .optional(),
  warnings: z.array(z.string()).optional(),
  bodyBytes: z.object({ min: z.number(), max: z.number() }).optional(),
})

const fieldsOfAb = abResultSchema.shape
const { case: name, description, run, startedAt, params, error } = resultSchema.shape
const seed = resultSchema.shape.seed.unwrap()

/** What is known before anything runs. */
const runStart = z.object({
  kind: z.literal('run'),
  case: name,
  description,
  run,
  startedAt,
  params,
  seed,
  apps: about('Whether each app of the case has a sidecar', z.record(z.string(), z.boolean())),
})
const abStart = z.object({
  kind: z.literal('ab'),
  case: name,
  description,
  run,
  startedAt,
  params: fieldsOfAb.params,
  arrivals: fieldsOfAb.arrivals,
  seed,
  sides: fieldsOfAb.sides,
  differences: fieldsOfAb.differences,
})

const line = z.discriminatedUnion('kind', [
  runStart,
  abStart,
  z.object({
    kind: z.literal('environment'),
    variant: about('Of a comparison; a run has one environment', z.enum(['a', 'b'])).optional(),
    environment,
  }),
  z.object({
    kind: z.literal('load'),
    variant: z.string(),
    round: z.int(),
    startedAt: dateTime,
    result: loadResult,
    usage: usageByApp,
    file: z.string(),
  }),
  z.object({
    kind: z.literal('evaluated'),
    variants: resultSchema.shape.variants,
    comparisons: resultSchema.shape.comparisons,
    checks: resultSchema.shape.checks,
    budget: resultSchema.shape.budget,
  }),
  z.object({
    kind: z.literal('block'),
    number: about('0 is the trial block', z.int()),
    block,
    loads: about('The loads of each variant', z.object({ a: z.array(loadResult), b: z.array(loadResult) })),
    files: about("The engine's own output", z.array(z.string())),
  }),
  z.object({
    kind: z.literal('warning'),
    what: about('What makes the figures something else than what they seem to be, in words', z.string()),
  }),
  z.object({ kind: z.literal('plan'), plan: fieldsOfAb.plan.unwrap() }),
  z.object({
    kind: z.literal('end'),
    endedAt: dateTime,
    outcome: resultSchema.shape.outcome,
    error,
  }),
  z.object({
    kind: z.literal('ab-end'),
    endedAt: dateTime,
    outcome: fieldsOfAb.outcome,
    end: fieldsOfAb.end,
    error,
  }),
])

export type Line = z.output<typeof line>
export type LineOf<Kind extends Line['kind']> = Extract<Line, { kind: Kind }>
type StoredLoad = z.output<typeof loadResult>
type StoredHistogram = z.output<typeof histogram>

/** The lines of a case. In memory they are what result.json is made from, whatever becomes of the file. */
export class Observations {
  readonly lines: Line[]
  /** Of all that is drawn at random. */
  readonly seed: string
  #written = 0

  constructor(
    private readonly folder: string,
    start: LineOf<'run' | 'ab'>,
  ) {
    this.lines = [start]
    this.seed = start.seed
  }

  /** Writes the start. @throws DaprPerfError if it can't be written */
  begin = (): Promise<void> => this.#write()

  /** Adds a line, and appends it to the file. @throws DaprPerfError if it can't be written */
  async add(line: Line): Promise<void> {
    this.lines.push(line)
    await this.#write()
  }

  async #write(): Promise<void> {
    const text = this.lines.slice(this.#written).map((line) => `${JSON.stringify(line)}\n`)
    this.#written = this.lines.length
    const file = join(this.folder, observationsFile)
    await explainWrite(file, () => appendFile(file, text.join('')))
  }
}

/** The lines of a stored case. One that was not written to its end, as the last of a killed run, is left out. */
export function readObservations(file: string): Line[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap(completeJson)
    .map((value) => line.parse(value))
}

/** The value of a text; none if the text is not whole. */
function completeJson(text: string): unknown[] {
  try {
    return [JSON.parse(text)]
  } catch {
    return []
  }
}

/** What was warned of, each once; nothing if there was nothing. */
export function warningsOf(lines: Line[]): { warnings?: string[] } {
  const warnings = [...new Set(linesOf(lines, 'warning').map(({ what }) => what))]
  return warnings.length > 0 ? { warnings } : {}
}

/** The end of a case that has none on record. */
export const notFinished = (lines: Line[]) => ({
  kind: 'end' as const,
  endedAt: lastTimeOf(lines),
  outcome: 'error' as const,
  error: 'it has no end on record: its process was killed, or is still running',
})

/** When the last observation ended, in ISO 8601. */
function lastTimeOf(lines: Line[]): string {
  const ends = lines.map((one) => {
    if (one.kind === 'load') return Date.parse(one.startedAt) + one.result.seconds * 1000
    if (one.kind === 'block') return Date.parse(one.block.startedAt) + one.block.seconds * 1000
    return 'startedAt' in one ? Date.parse(one.startedAt) : 0
  })
  return new Date(Math.max(...ends)).toISOString()
}

export const linesOf = <Kind extends Line['kind']>(lines: Line[], kind: Kind) =>
  lines.filter((one): one is LineOf<Kind> => one.kind === kind)

/** A load of a run as a line. */
export const lineOfLoad = ({ startedAt, result, ...load }: MeasuredLoad): LineOf<'load'> => ({
  kind: 'load',
  ...load,
  startedAt: startedAt.toISOString(),
  result: toStored(result),
})

/** A load's result as it is stored: with buckets as tuples, which take a third of the space. */
export function toStored(result: LoadResult): StoredLoad {
  const { rated, ...rest } = result
  return {
    ...rest,
    histogram: pack(result.histogram),
    ...(rated && {
      rated: {
        ...rated,
        responseTime: pack(rated.responseTime),
        generatorDelay: pack(rated.generatorDelay),
      },
    }),
  }
}

export function fromStored(stored: StoredLoad): LoadResult {
  const { rated, target, ...rest } = stored
  return {
    ...rest,
    ...(target && { target: target as ResolvedTarget }),
    histogram: unpack(stored.histogram),
    ...(rated && {
      rated: {
        ...rated,
        responseTime: unpack(rated.responseTime),
        generatorDelay: unpack(rated.generatorDelay),
      },
    }),
  }
}

const pack = ({ count, min, max, mean, buckets }: Histogram): StoredHistogram => ({
  count,
  min,
  max,
  mean,
  buckets: buckets.map((bucket) => [bucket.start, bucket.end, bucket.count]),
})

const unpack = (stored: StoredHistogram): Histogram => ({
  ...stored,
  buckets: stored.buckets.map(([start, end, count]) => ({ start, end, count })),
})
