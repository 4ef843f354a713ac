import { z } from 'zod'
import { DaprPerfError } from '../errors.js'

const bucket = z.object({
  /** Seconds. */
  Start: z.number(),
  End: z.number(),
  Count: z.int(),
})

/** In bytes. */
const sizes = z.object({ Min: z.number(), Max: z.number() })

const fortioResult = z.object({
  RequestedQPS: z.string(),
  ActualQPS: z.number(),
  /** Nanoseconds. */
  ActualDuration: z.number(),
  Version: z.string(),
  DurationHistogram: z.object({
    Count: z.int(),
    Min: z.number(),
    Max: z.number(),
    Avg: z.number(),
    Data: z.array(bucket).min(1, 'no request was answered'),
  }),
  RetCodes: z.record(z.string(), z.int()),
  /** Of whole answers, and of their heads; only for HTTP. */
  Sizes: sizes.optional(),
  HeaderSizes: sizes.optional(),
})

/** What this program reads of fortio's result JSON. */
export type FortioResult = z.output<typeof fortioResult>
export type Histogram = FortioResult['DurationHistogram']

/** @throws DaprPerfError that says what is missing, and shows how the text begins */
export function parseFortioResult(text: string): FortioResult {
  try {
    return fortioResult.parse(JSON.parse(text))
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
    throw new DaprPerfError(`not a result of fortio: ${reason}\n  ${text.slice(0, 300)}`, { cause: error })
  }
}
