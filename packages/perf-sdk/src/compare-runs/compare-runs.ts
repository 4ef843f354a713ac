import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import type { Interval } from '../model/comparison.js'
import type { Histogram } from '../model/histogram.js'
import type { Result } from '../results/schema.js'
import { parseStoredLoad } from '../runner/engine.js'
import { meanOf, sum } from '../statistics/mean.js'
import { percentileOf } from '../statistics/percentile.js'
import { differenceOfMeans } from '../statistics/welch.js'
import { otherDifferences } from './other-differences.js'

/** A stored case of a run. */
export interface StoredCase {
  result: Result
  /** Absolute path of the folder of its results. */
  folder: string
}

/** How a figure of a variant differs between two runs. */
export interface FigureChange {
  figure: string
  unit: 'ms' | 'µs'
  variant: string
  /** Means over the rounds; null where a round doesn't know the figure. */
  before: number | null
  after: number | null
  /** Relative: 0.02 is 2 % more. */
  change?: number
  /** Of 95 %, over the rounds of both runs; absent with a single round. */
  interval?: Interval
}

interface Figure extends Pick<FigureChange, 'figure' | 'unit'> {
  of(load: StoredLoad): number | null
}

const figures: Figure[] = [
  { figure: 'mean', unit: 'ms', of: ({ histogram }: StoredLoad) => histogram.mean },
  ...[50, 90, 99].map((percentile) => ({
    figure: `p${percentile}`,
    unit: 'ms' as const,
    of: ({ histogram }: StoredLoad) => percentileOf([histogram], percentile).value,
  })),
  {
    figure: 'CPU of all sidecars per request',
    unit: 'µs',
    of: ({ cpuSeconds, histogram }: StoredLoad) =>
      cpuSeconds === undefined ? null : (cpuSeconds / histogram.count) * 1e6,
  },
]

interface StoredLoad {
  histogram: Histogram
  /** Of all sidecars; undefined where it is not known of one of them. */
  cpuSeconds: number | undefined
}

/**
 * Compares two stored runs of a case, variant by variant. The rounds of each run are independent observations of that run's
 * time, and no more: how the machine drifted between the runs is in every figure.
 *
 * @throws InputError if they differ in more than Dapr, unless `anyway` is set, or a file is missing
 */
export function compareStored(one: StoredCase, other: StoredCase, { anyway = false } = {}): FigureChange[] {
  const differences = otherDifferences(one.result, other.result)
  if (differences.length > 0 && !anyway)
    throw new InputError(
      `${one.result.case}: these runs differ in more than Dapr, so that their figures can't be compared:\n` +
        `${differences.map((text) => `  ${text}`).join('\n')}\nWith --anyway they are shown all the same.`,
    )
  const variants = Object.keys(one.result.variants).filter((variant) => other.result.variants[variant])
  const measured = sidecarsMeasuredIn([one.result, other.result])
  return figures.flatMap(({ figure, unit, of }) =>
    variants.flatMap((variant) => {
      const [before, after] = [one, other].map((stored) =>
        loadsOf(stored, variant, sidecarsOf(stored.result) ?? measured).map(of),
      ) as [(number | null)[], (number | null)[]]
      const isUsed = [...before, ...after].some((value) => value !== 0) // a baseline uses no sidecar
      return isUsed ? [{ figure, unit, variant, ...changeBetween(before, after) }] : []
    }),
  )
}

function changeBetween(before: (number | null)[], after: (number | null)[]) {
  const isKnown = [...before, ...after].every((value) => value !== null && value > 0)
  if (!isKnown || before.length === 0 || after.length === 0) return { before: null, after: null }
  const [ones, others] = [before as number[], after as number[]]
  const { estimate, interval } = differenceOfMeans(ones.map(Math.log), others.map(Math.log))
  return {
    before: meanOf(ones),
    after: meanOf(others),
    change: Math.expm1(estimate),
    ...(interval && { interval: { low: Math.expm1(interval.low), high: Math.expm1(interval.high) } }),
  }
}

/** The apps that have sidecars; undefined in results of earlier versions. */
function sidecarsOf({ environment }: Result): string[] | undefined {
  const apps = environment?.dapr.apps
  return apps && Object.keys(apps).filter((name) => apps[name]?.daprEnabled === true)
}

/** The apps of whose sidecars at least one load knows what they used. */
const sidecarsMeasuredIn = (results: Result[]): string[] => {
  const usages = results.flatMap(({ loads }) => loads.flatMap(({ usage }) => Object.entries(usage)))
  return [...new Set(usages.filter(([, { sidecar }]) => sidecar).map(([name]) => name))]
}

/** @param sidecars the apps that have one */
function loadsOf({ result, folder }: StoredCase, variant: string, sidecars: string[]): StoredLoad[] {
  return result.loads
    .filter((load) => load.variant === variant)
    .map((load) => {
      const file = join(folder, load.file)
      return {
        histogram: parseStoredLoad(read(file)),
        cpuSeconds: total(sidecars.map((name) => load.usage[name]?.sidecar?.cpuSeconds)),
      }
    })
}

/** Undefined if one of them is. */
const total = (values: (number | undefined)[]) =>
  values.includes(undefined) ? undefined : sum(values as number[])

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new InputError(`${file}: ${(error as Error).message}`, { cause: error })
  }
}
