import type { Arrivals } from '../description/arrivals.js'
import type { Histogram } from './histogram.js'
import type { ResolvedTarget } from './target.js'

/** The result of a load. */
export interface LoadResult {
  /** What was loaded. */
  target?: ResolvedTarget | undefined
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
  outcomes: RequestOutcome[]
  /** Of the service time: from sending a request to its response. Failed requests are in it, too. */
  histogram: Histogram
  /** Absent without a target rate, where nothing is due. */
  rated?: RatedLoad | undefined
  extraConnections: ExtraConnections
  /** Absent where the engine can't read it. */
  machine?: MachineUse | undefined
  /** The first of the engine's own warnings, one of each kind. */
  warnings?: string[] | undefined
  /** Sizes of the response bodies; only over HTTP. */
  bodyBytes?: { min: number; max: number } | undefined
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

export interface RequestOutcome {
  /** HTTP status, gRPC code, or the engine's code for neither: fortio's for a broken connection is -1. */
  code: string
  kind: 'success' | 'failure'
  count: number
}
