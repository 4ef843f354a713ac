import { loadavg } from 'node:os'
import { join } from 'node:path'
import { DaprPerfError, InputError, VariantError } from '@dapr-perf/errors'
import type { Component } from '../case/component.js'
import type { Params } from '../case/params.js'
import type { Target } from '../case/target.js'
import type { TestContext } from '../case/test-context.js'
import type { Case } from '../case/test-runner.js'
import { checkLoads } from '../checks/loads.js'
import type { Arrivals, LoadResult, MixedLoadResult } from '../load-engine/load-engine.js'
import type { Measurement } from '../measure/measurement.js'
import type { RunningApp } from '../platforms/platform.js'
import type { RunningVariant, SidecarCounters, VariantSession } from '../platforms/variants.js'
import { engineOf } from '../runner/engine.js'
import { appsOf } from '../runner/limits.js'
import { newTestContext } from '../runner/new-test-context.js'
import { namesIn, resolveTarget } from '../runner/resolve-target.js'
import { type Undo, undoAll } from '../runner/undo.js'
import { percentileOf } from '../statistics/percentile.js'
import { summarize } from '../statistics/summary.js'
import { interferenceOf, processorTimes, stealPercent } from './interference.js'
import { firstVariant, startingWith } from './order.js'
import type { Block, VariantName, VariantOfBlock } from './schema.js'
import { configurationOf, type Variant } from './variant.js'

const warmUpSeconds = 1
const loadSeconds = 3

/** What all blocks of a comparison have in common. */
export interface BlockOptions {
  session: VariantSession
  case: Case
  params: Params
  arrivals: Arrivals
  variants: Record<VariantName, Variant>
  /** Of each variant's sidecars. */
  components: Record<VariantName, Component[]>
  /** The apps that the variants share, running. */
  shared: RunningApp[]
  seed: string
  /** Folder for the results of the case. */
  folder: string
  signal: AbortSignal
}

/** A variant within a block. */
interface Running {
  name: VariantName
  variant: RunningVariant
  components: Component[]
  test: TestContext
  undo: Undo[]
}

/**
 * Measures one block: new sidecars of both variants, started in random order, side by side; a warm-up; and one load of
 * both, in turn. Then it ends the sidecars.
 *
 * @param number counts from 1; 0 is the trial block
 * @throws VariantError if a variant does not start, ends by itself, or does not do what its load asks for
 */
export async function measureBlock(number: number, options: BlockOptions): Promise<Block> {
  const { case: description, seed, signal } = options
  const started = performance.now()
  const startedAt = new Date().toISOString()
  const startedFirst = firstVariant(seed, number, 'start')
  const [loadAverage = 0] = loadavg()
  const running: Running[] = []
  let loaded: Loaded
  try {
    for (const name of startingWith(startedFirst)) running.push(await start(name, number, options))
    await Promise.all(running.map(({ variant }) => variant.untilReady(signal)))
    for (const { name, test } of running) await attributed(name, async () => description.prepare?.(test))
    loaded = await load(running, firstVariant(seed, number, 'load'), options)
    for (const one of running) await checkVariant(one, loaded, options)
  } finally {
    for (const { undo } of running) await undoAll(undo)
    await Promise.all(running.map(({ variant }) => variant[Symbol.asyncDispose]()))
  }
  const { mixed, cpuSource, variants, steal } = loaded
  return {
    startedAt,
    seconds: (performance.now() - started) / 1000,
    startedFirst,
    loadedFirst: mixed.order[0] as VariantName,
    slices: mixed.slices,
    sliceSeconds: mixed.sliceSeconds,
    ...(steal !== undefined && { stealPercent: steal }),
    loadAverage,
    cpuSource,
    interference: interferenceOf({ stealPercent: steal, loadAverage, variants }),
    variants,
  }
}

async function start(name: VariantName, number: number, options: BlockOptions): Promise<Running> {
  const { session, case: description, params, folder, signal, shared } = options
  const components = options.components[name]
  const own = options.variants[name]
  const variant = await session.deployVariant({
    name,
    apps: appsOf(description),
    components,
    configuration: configurationOf(description, own),
    daprd: own.side.path,
    env: own.settings.env,
    logs: logsOf(folder, number, name),
  })
  const apps = new Map([...shared, ...variant.apps].map((app) => [app.name, app]))
  const undo: Undo[] = []
  const test = newTestContext({
    session,
    record: { case: description, params, loads: [] },
    options: { folder, rounds: 1, report: () => {} },
    apps,
    components,
    undo,
    signal,
  })
  return { name, variant, components, test, undo }
}

/** The folder of a variant's logs in a block. */
export const logsOf = (folder: string, number: number, variant = '') =>
  join(folder, 'logs', number === 0 ? 'trial' : `block-${number}`, variant)

/** The load of a block, and what was measured during it. */
interface Loaded {
  warmUp: MixedLoadResult
  mixed: MixedLoadResult
  startedAt: Date
  cpuSource: SidecarCounters['cpuSource']
  steal: number | undefined
  variants: Record<VariantName, VariantOfBlock>
}

async function load(running: Running[], first: VariantName, options: BlockOptions): Promise<Loaded> {
  const { session, case: description, params, arrivals, signal } = options
  const target = targetOf(description)
  const inTurn = startingWith(first).map((name) => running.find((one) => one.name === name) as Running)
  const request = {
    targets: Object.fromEntries(
      inTurn.map(({ name, test, components }) => [
        name,
        resolveTarget(target, namesIn(session, test.apps, components)),
      ]),
    ),
    arrivals,
    rate: params.qps * (target.rateMultiplier ?? 1),
    connections: params.connections,
    payload: params.payload,
    payloadSize: params.payloadSize,
  }
  const engine = await engineOf(session, (inTurn[0] as Running).test.apps)
  const warmUp = await engine.runMixed(
    { ...request, seconds: warmUpSeconds, responseBytes: 'unknown' },
    signal,
  )
  const bodies = Object.values(warmUp.results).map(({ bodyBytes }) => bodyBytes?.max ?? 0)
  const before = await countersOf(running)
  const timesBefore = processorTimes()
  const startedAt = new Date()
  const mixed = await engine.runMixed(
    { ...request, seconds: loadSeconds, responseBytes: Math.max(...bodies) },
    signal,
  )
  const steal = stealPercent(timesBefore, processorTimes())
  const after = await countersOf(running)
  const figuresOf = (name: VariantName) =>
    figures(mixed.results[name] as LoadResult, before[name], after[name])
  return {
    warmUp,
    mixed,
    startedAt,
    cpuSource: after.a.cpuSource,
    steal,
    variants: { a: figuresOf('a'), b: figuresOf('b') },
  }
}

async function countersOf(running: Running[]): Promise<Record<VariantName, SidecarCounters>> {
  const counters = await Promise.all(
    running.map(async ({ name, variant }) => [name, await variant.readCounters()] as const),
  )
  return Object.fromEntries(counters) as Record<VariantName, SidecarCounters>
}

function figures(result: LoadResult, before: SidecarCounters, after: SidecarCounters): VariantOfBlock {
  const { histogram, responseTime, late, outcomes, achievedRate } = result
  const at = (percentile: number) => percentileOf([histogram], percentile).value
  return {
    requests: histogram.count,
    achievedRate,
    outcomes,
    mean: histogram.mean,
    p50: at(50),
    p90: at(90),
    p99: at(99),
    meanResponseTime: responseTime?.mean,
    latePercent: late?.percent,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
    allocations: between(before.allocations, after.allocations),
    allocatedBytes: between(before.allocatedBytes, after.allocatedBytes),
    anonymousBytes: after.anonymousBytes,
    involuntarySwitches: between(before.involuntarySwitches, after.involuntarySwitches),
  }
}

const between = (before: number | undefined, after: number | undefined) =>
  before === undefined || after === undefined ? undefined : after - before

/** Checks that all responses were successes, and what the case itself verifies. Only time may disturb a block. */
async function checkVariant({ name, test }: Running, loaded: Loaded, { case: description }: BlockOptions) {
  const { warmUp, mixed, startedAt } = loaded
  const [warm, result] = [warmUp.results[name] as LoadResult, mixed.results[name] as LoadResult]
  const measurement: Measurement = {
    targets: { dapr: targetOf(description) },
    loads: [{ variant: 'dapr', round: 1, startedAt, result, usage: {}, file: '' }],
    sent: { dapr: warm.sent + result.sent },
    warmUpBodyBytes: warm.bodyBytes ? { dapr: warm.bodyBytes } : {},
  }
  const ofLoad = checkLoads({ dapr: summarize(measurement.loads) }).filter(({ id }) => id === 'dapr.success')
  const ofCase = await attributed(name, async () => (await description.verify?.(test, measurement)) ?? [])
  const failed = [...ofLoad, ...ofCase].find(({ passed }) => !passed)
  if (failed) throw new VariantError(name, `variant ${name}: ${failed.name}: ${failed.detail}`)
}

/** The target that is compared. */
export const targetOf = ({ targets }: Case): Target => (targets as NonNullable<Case['targets']>).dapr

/** What fails is the variant's. */
async function attributed<T>(variant: VariantName, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    if (!(error instanceof DaprPerfError) || error instanceof InputError) throw error
    throw new VariantError(variant, `variant ${variant}: ${error.message}`, { cause: error })
  }
}
