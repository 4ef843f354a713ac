import type { Arrivals } from '../description/arrivals.js'
import type { Params } from '../description/params.js'
import type { LoadResult } from '../model/load.js'
import type { ResolvedTarget } from '../model/target.js'

export interface LoadOptions {
  /** Its name in messages, besides the variant and the round. */
  what: string
  /** The variant that is loaded, if it is one of several. */
  variant?: string
  seconds: number
  /** Target rate in requests per second; 0 sets no limit. By default the case's, times the target's multiplier. */
  rate?: number
  /** The case's by default. */
  connections?: number
  responseBytes?: LoadRequest['responseBytes']
  /** Override the case's. */
  params?: Params
  /** Counts from 1. Loads of one round have the same seed, and so have those of none. */
  round?: number
}

/** A load with everything that an engine needs. */
export interface LoadRequest {
  target: ResolvedTarget
  /** Sent with each request, over gRPC as metadata. They may be secret: no result has them. */
  headers?: Record<string, string> | undefined
  /** Target rate in requests per second; 0 sets no limit. */
  rate: number
  /** When requests are due; without a target rate nothing is. */
  arrivals: Arrivals
  /** Draws the moments of `poisson`: loads of the same seed, rate and time have the same ones. */
  seed: number
  connections: number
  seconds: number
  payload: string
  /** Bytes. */
  payloadSize: number
  /**
   * Size of the largest response body to expect, over HTTP; at most 48 KiB by default. With 'unknown' a body may have any
   * size, and each request costs the load generator more time.
   */
  responseBytes?: number | 'unknown' | undefined
}

/**
 * One load of several targets, which differ only in addresses and names. They take turns from slice to slice, forward and
 * back: A B B A A B B A. With a target rate a slice has as many requests as there are connections; without one it lasts
 * 100 ms. A load has 10 whole cycles at least, for which it may last longer than asked for.
 */
export interface MixedLoadRequest extends Omit<LoadRequest, 'target' | 'headers'> {
  /** Two or more, by variant; the first one begins. Each has connections of its own. */
  targets: Record<string, ResolvedTarget>
  /** Those of the requests to each target; see `LoadRequest`. */
  headers?: Record<string, Record<string, string>>
}

/** Makes loads. */
export interface LoadEngine {
  /** @throws DaprPerfError with the engine's own message if the load can't be made */
  run(load: LoadRequest, signal: AbortSignal): Promise<EngineResult>
  /**
   * The rate is that of all variants together, the connections are those to each.
   *
   * @throws DaprPerfError with the engine's own message if the load can't be made; VariantError if the first request to a
   * variant is refused
   */
  runMixed(load: MixedLoadRequest, signal: AbortSignal): Promise<MixedLoadResult>
}

/** The result of a load, with the engine's own output. */
export interface EngineResult extends LoadResult {
  raw: string
}

export interface MixedLoadResult {
  /** The variants in the order of their slices: one cycle. */
  order: string[]
  slices: number
  sliceSeconds: number
  /** By variant. */
  results: Record<string, LoadResult>
  /** The engine's own output. */
  raw: string
}
