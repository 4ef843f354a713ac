import type { Target } from '../description/target.js'
import type { LoadResult } from './load.js'
import type { UsageByApp } from './usage.js'

/** The loads of several variants, made in turn. */
export interface Measurement {
  /** The target of each variant; the others are compared with the first. */
  targets: Record<string, Target>
  /** In the order in which they were made. */
  loads: MeasuredLoad[]
  /** All requests of a variant, including its warm-up and those that only test a new connection. */
  sent: Record<string, number>
  /** Sizes of the response bodies of a variant's warm-up; only over HTTP. */
  warmUpBodyBytes: Record<string, { min: number; max: number }>
}

/** One load of a measurement. */
export interface MeasuredLoad {
  variant: string
  /** Counts from 1. */
  round: number
  startedAt: Date
  result: LoadResult
  usage: UsageByApp
  /** The engine's own output, within the folder of the case. */
  file: string
}

/** The loads of a variant. */
export const loadsOf = ({ loads }: Pick<Measurement, 'loads'>, variant: string) =>
  loads.filter((load) => load.variant === variant)
