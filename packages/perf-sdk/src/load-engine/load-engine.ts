import type { Arrivals } from '../case/arrivals.js'
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
  /** Loads of one round have the same seed; 0 by default. */
  round?: number
}

/** A load with everything that an engine needs. */
export interface LoadRequest {
  target: ResolvedTarget
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
export interface MixedLoadRequest extends Omit<LoadRequest, 'target'> {
  /** Two or more, by variant; the first one begins. Each has connections of its own. */
  targets: Record<string, ResolvedTarget>
}

/** Makes loads. */
export interface LoadEngine {
  /** @throws DaprPerfError with the engine's own message if the load can't be made */
  run(load: LoadRequest, signal: AbortSignal): Promise<LoadResult>
  /**
   * The rate is that of all variants together, the connections are those to each.
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
  /** With a target rate its share that was sent in time; without one, responses per second. */
  achievedRate: number
  /** Its actual duration. */
  seconds: number
  /** To each target. */
  connections: number
  /** All requests that were sent: those of the histogram, and the first one of each connection, which only tests it. */
  sent: number
  /** Outcomes of the requests in the histogram. */
  outcomes: Outcome[]
  /** Of the service time: from sending a request to its response. Failed requests are in it, too. */
  histogram: Histogram
  /** Absent without a target rate, where nothing is due. */
  rated?: RatedLoad
  extraConnections: ExtraConnections
  /** Absent where the engine can't read it. */
  machine?: MachineUse
  /** The first of the engine's own warnings, one of each kind. */
  warnings?: string[]
  /** Sizes of the response bodies; only over HTTP. */
  bodyBytes?: { min: number; max: number }
  /** The engine's own output. */
  raw: string
}

/** What a load with a target rate did of what was due. */
export interface RatedLoad {
  arrivals: Arrivals
  /** Requests that were due: rate × time, rounded. */
  due: number
  /** Of these, how many were sent by the planned end of the load. The others were never sent. */
  sentInTime: number
  /** Requests for which all connections were busy for more than 1 ms after they were due. */
  late: LateSends
  /** Of the response time: from when a request was due to its response. */
  responseTime: Histogram
  /** How late the load generator itself was: from when a request was due and a connection free to sending it. */
  generatorDelay: Histogram
}

export interface LateSends {
  count: number
  /** How long the latest of all requests waited for a connection, in milliseconds. */
  worstMs: number
}

/** Connections that were opened beyond those asked for, and requests that the client sent a second time, unasked. */
export type ExtraConnections =
  | { opened: number; sentAgain: number }
  /** Of a client that does not tell them apart. */
  | { openedOrSentAgain: number }

/** What the load generator's machine did in the time of a load, all of its processes together. */
export interface MachineUse {
  cores: number
  /** Time of the load. */
  seconds: number
  /** Processor time that was used, in seconds: at most cores × seconds. */
  busySeconds: number
  /** Of that, what the load generator itself used. */
  generatorSeconds: number
  /** Processor time that the hypervisor gave to others, in seconds. */
  stealSeconds: number
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
