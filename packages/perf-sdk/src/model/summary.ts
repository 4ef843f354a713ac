import type { ExtraConnections, LateSends, MachineUse, RequestOutcome } from './load.js'
import type { UsageByApp } from './usage.js'

/** The loads of one variant, taken together. */
export interface Summary extends Times {
  /** Of all rounds. */
  requests: number
  /** Requests per second; 0 is no limit. */
  targetRate: number
  /** Requests per second: of the target rate, the share that was sent in time. */
  achievedRate: number
  /** Requests that were due: rate × time, rounded; absent without a target rate, as the next four are. */
  due?: number | undefined
  /** Of these, how many were sent by the planned end of the load; the others were never sent. */
  sentInTime?: number | undefined
  late?: (LateSends & { /** Of the requests that were sent. */ percent: number }) | undefined
  /** From when a request was due to its response, which includes how late it was sent, for whatever reason. */
  responseTime?: Times | undefined
  /** How late the load generator itself was: from when a request was due and a connection free to sending it. */
  generatorDelay?: Times | undefined
  outcomes: RequestOutcome[]
  /** Absent in results of earlier versions. */
  extraConnections?: ExtraConnections | undefined
  machine?: Machine | undefined
  /** The first of the engine's own warnings, of all rounds. */
  warnings: string[]
  usage: UsageByApp
}

/** Times of requests, in milliseconds. */
export interface Times {
  percentiles: Percentile[]
  mean: number
  max: number
}

export interface Percentile {
  /** 50, 75, 90, 95, 99, 99.9 */
  percentile: number
  /** In milliseconds; null if there are too few requests to know it. */
  value: number | null
  /** The bucket of the histogram in which the value is interpolated; null without a value. */
  bucket: { start: number; end: number } | null
}

/** What the load generator's machine did during loads, all of its processes together. */
export interface Machine extends MachineUse {
  /** Of cores × seconds. */
  busyShare: number
  /** Of busySeconds, what processes used that are not the case's; absent if unknown. */
  othersSeconds?: number | undefined
}
