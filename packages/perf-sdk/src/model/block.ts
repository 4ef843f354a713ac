import type { RequestOutcome } from './load.js'
import type { CpuSource } from './usage.js'

export type VariantName = 'a' | 'b'

/** Both variants, each with fresh sidecars: the unit of the statistics. */
export interface Block {
  /** ISO 8601. */
  startedAt: string
  /** Of the whole block: start, warm-up, load, and the end of the sidecars. */
  seconds: number
  /** Whose sidecars were started first. */
  startedFirst: VariantName
  /** Who had the first slice of the load. */
  loadedFirst: VariantName
  /** The load was split into so many; absent where a case's own test function made one for each. */
  slices?: number | undefined
  sliceSeconds?: number | undefined
  /** Of the load, how much of the processors the hypervisor gave to others; absent if unknown. */
  stealPercent?: number | undefined
  machine?: BlockMachine | undefined
  /** Over 1 minute, before the block; absent on Kubernetes. */
  loadAverage?: number | undefined
  cpuSource: CpuSource
  /** What may have disturbed it, in words; such blocks count like all others. */
  interference: string[]
  variants: Record<VariantName, VariantOfBlock>
}

/** What one variant did in a block. */
export interface VariantOfBlock {
  requests: number
  /** In requests per second. */
  achievedRate: number
  outcomes: RequestOutcome[]
  /** The mean service time, from sending a request to its response, in milliseconds. */
  mean: number
  /** Percentiles of the service time, in milliseconds; null where there are too few requests to know them. */
  p50: number | null
  p90: number | null
  p99: number | null
  /** From when a request was due to its response, in milliseconds; absent without a target rate, as the next four are. */
  meanResponseTime?: number | undefined
  due?: number | undefined
  /** Of these, how many were sent by the planned end of the load. */
  sentInTime?: number | undefined
  /** Of the requests that were sent, those for which all connections were busy for more than 1 ms after they were due. */
  latePercent?: number | undefined
  /** The 99th percentile of how late the load generator itself was; absent if there were too few requests, too. */
  generatorDelayP99Ms?: number | undefined
  /** CPU time of all its sidecars, with the processes that they started on the platform local. */
  cpuSeconds: number
  /** CPU time of all its sidecars by daprd's own metric; absent where that is cpuSeconds itself, or not known. */
  ownCpuSeconds?: number | undefined
  /** Objects, and bytes, that its sidecars allocated on Go's heap. */
  allocations?: number | undefined
  allocatedBytes?: number | undefined
  /** Anonymous memory of its sidecars after the load. */
  anonymousBytes?: number | undefined
  /** How often the kernel took the processor away from a thread of its sidecars that could have run on. */
  involuntarySwitches?: number | undefined
}

/** What the load generator's machine did during the load of a block. */
export interface BlockMachine {
  cores: number
  seconds: number
  /** Processor time of all processes. */
  busySeconds: number
  /** Of cores × seconds. */
  busyShare: number
  /** Of busySeconds, what neither the generator, nor shared apps, nor the sidecars used. Absent on Kubernetes. */
  othersSeconds?: number | undefined
}

/** How many blocks a comparison measures, and what it asks. */
export interface AbPlan {
  /** How long it may measure. */
  maxSeconds?: number | undefined
  /** How long the trial block took. */
  blockSeconds: number
  /** How many blocks fit. */
  blocks: number
  /** The probability of a false alarm, shared by the metrics of the gate. */
  alpha: number
  /** The metrics that decide. */
  gate: string[]
  /** The least change that matters, by metric; 0.02 is 2 %. */
  minEffect: Record<string, number>
}
