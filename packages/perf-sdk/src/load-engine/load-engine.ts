import type { Params } from '../case/params.js'
import type { Protocol } from '../case/target.js'

/** A target with the addresses and names that its requests need. */
export type ResolvedTarget =
  | { kind: 'app'; url: string; method: string; protocol: Protocol }
  | { kind: 'invoke'; sidecar: string; appId: string; method: string; protocol: Protocol }
  | { kind: 'state'; sidecar: string; store: string; key: string; protocol: Protocol }
  | {
      kind: 'publish'
      sidecar: string
      pubsub: string
      topic: string
      events: number
      bulk: boolean
      contentType: 'application/octet-stream' | 'application/json'
      protocol: Protocol
    }
  | { kind: 'redis'; address: string; keyPrefix: string; key: string }
  | { kind: 'noop' }

export interface LoadOptions {
  /** Its name in messages. */
  what: string
  seconds: number
  /** Target rate in requests per second; 0 sets no limit. By default the case's, times the target's multiplier. */
  rate?: number
  /** The case's by default. */
  connections?: number
  responseBytes?: LoadRequest['responseBytes']
  /** Override the case's. */
  params?: Params
}

/** A load with everything that an engine needs. */
export interface LoadRequest {
  target: ResolvedTarget
  /** Target rate in requests per second; 0 sets no limit. */
  rate: number
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

/** When the connections of a load send the requests that are due in one tick: all at once, or evenly over the tick. */
export const arrivalKinds = ['bursts', 'uniform'] as const
export type Arrivals = (typeof arrivalKinds)[number]

/**
 * One load of several targets, which differ only in addresses and names. They take turns from slice to slice, forward and
 * back: A B B A A B B A. With a target rate a slice is a tick, in which each connection sends one request; without one it
 * lasts 100 ms. A load has 10 whole cycles at least, for which it may last longer than asked for.
 */
export interface MixedLoadRequest extends Omit<LoadRequest, 'target'> {
  /** Two or more, by variant; the first one begins. */
  targets: Record<string, ResolvedTarget>
  arrivals: Arrivals
}

/** Makes loads. */
export interface LoadEngine {
  /** @throws DaprPerfError with the engine's own message if the load can't be made */
  run(load: LoadRequest, signal: AbortSignal): Promise<LoadResult>
  /**
   * The rate and the connections are those of all variants together.
   *
   * @throws DaprPerfError with the engine's own message if the load can't be made; VariantError if the first request to a
   * variant is refused
   */
  runMixed(load: MixedLoadRequest, signal: AbortSignal): Promise<MixedLoadResult>
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

/** The result of a load. */
export interface LoadResult {
  engine: { name: string; version: string }
  /** Requests per second; 0 means no limit. */
  targetRate: number
  achievedRate: number
  /** Its actual duration. */
  seconds: number
  /** Connections that were used: no more than there were requests. */
  connections: number
  /** All requests that were sent: those of the histogram, and the first one of each connection, which only tests it. */
  sent: number
  /** Outcomes of the requests in the histogram. */
  outcomes: Outcome[]
  /** Of the service time: from sending a request to its response. Failed requests are in it, too. */
  histogram: Histogram
  /** Of the response time: from when a request was due to its response; absent if the engine doesn't know. */
  responseTime?: Histogram
  /** How many requests were sent later than they were due; absent if the engine doesn't know. */
  late?: LateSends
  /** The first of the engine's own warnings, one of each kind. */
  warnings?: string[]
  /** Sizes of the response bodies; only over HTTP. */
  bodyBytes?: { min: number; max: number }
  /** The engine's own output. */
  raw: string
}

export interface Outcome {
  /** HTTP status, gRPC code, or the engine's code for neither: fortio's for a broken connection is -1. */
  code: string
  kind: 'success' | 'failure'
  count: number
}

/** Times in milliseconds. */
export interface Histogram {
  count: number
  min: number
  max: number
  mean: number
  buckets: Bucket[]
}

export interface Bucket {
  start: number
  end: number
  count: number
}

export interface LateSends {
  /** Percentage of requests whose connection was still busy 1 ms after they were due; absent if the engine only knows that it is 5 or less. */
  percent?: number
  /** How late the latest of all requests was, in milliseconds. */
  worstMs: number
}
