import { join } from 'node:path'
import { endAfter } from '@dapr-perf/errors'
import type { Case } from '../case/test-runner.js'
import { checkLoads } from '../checks/loads.js'
import { rateOf, type Target } from '../description/target.js'
import type { MixedLoadResult } from '../load-engine/load-engine.js'
import type { VariantName } from '../model/block.js'
import type { Check } from '../model/check.js'
import { reportAbout } from '../model/event.js'
import type { LoadResult } from '../model/load.js'
import type { Measurement } from '../model/measurement.js'
import { attributed } from '../platforms/attributed.js'
import type { SidecarCounters } from '../platforms/platform.js'
import { writeResultsFile } from '../results/files.js'
import { headersFor, namesIn, resolveTarget } from '../runner/resolve-target.js'
import { seedOf } from '../statistics/seed.js'
import { summarize } from '../statistics/summary.js'
import { figuresOf, type Measured, throwIfFailed } from './figures.js'
import { throwIfGeneratorWasLate } from './generator.js'
import { processorTimes, stealPercent } from './interference.js'
import { machineOf, startSharedCpu } from './machine.js'
import { firstVariant, startingWith } from './order.js'
import {
  type BlockOptions,
  blockName,
  prepareVariant,
  type Running,
  startVariant,
  thenEnd,
} from './running.js'
import { settled } from './settled.js'

const warmUpSeconds = 1

/** Starts both variants side by side, and makes one load of both, in turn. */
export async function measureMixedLoad(number: number, options: BlockOptions): Promise<Measured> {
  const { seed } = options
  const startedFirst = firstVariant(seed, number, 'start')
  const running: Running[] = []
  return thenEnd(running, async () => {
    for (const name of startingWith(startedFirst)) running.push(await startVariant(name, number, options))
    await settled(running.map((one) => prepareVariant(one, options)))
    const loaded = await load(running, number, options)
    const ofLoads = []
    for (const one of running) ofLoads.push(...(await check(one, loaded, options)))
    throwIfGeneratorWasLate(ofLoads)
    const { mixed, before, after, steal, sharedCpu } = loaded
    const [a, b] = [mixed.results.a as LoadResult, mixed.results.b as LoadResult]
    const loads = { a: [a], b: [b] }
    const figures = (name: VariantName) => figuresOf(loads[name], before[name], after[name])
    const variants = { a: figures('a'), b: figures('b') }
    const file = join(a.engine.name, `${blockName(number)}.json`)
    await writeResultsFile(join(options.folder, file), mixed.raw)
    const { machine } = a // of the whole load, in the result of either variant
    return {
      startedFirst,
      loadedFirst: mixed.order[0] as VariantName,
      slices: mixed.slices,
      sliceSeconds: mixed.sliceSeconds,
      stealPercent: steal,
      ...(machine && { machine: machineOf(machine, sharedCpu, variants) }),
      cpuSource: after.a.cpuSource,
      variants,
      loads,
      files: [file],
    }
  })
}

/** The load of a block, and what was measured beside it. */
interface Loaded {
  warmUp: MixedLoadResult
  mixed: MixedLoadResult
  startedAt: Date
  steal: number | undefined
  /** CPU time of the apps that both variants share, in seconds; undefined if unknown. */
  sharedCpu: number | undefined
  before: Record<VariantName, SidecarCounters>
  after: Record<VariantName, SidecarCounters>
}

async function load(running: Running[], number: number, options: BlockOptions): Promise<Loaded> {
  const { session, case: description, engineOf, params, seed, signal } = options
  const target = targetOf(description)
  const inTurn = startingWith(firstVariant(seed, number, 'load')).map(
    (name) => running.find((one) => one.name === name) as Running,
  )
  const resolved = inTurn.map(({ name, deployment, test, components }) => {
    const names = namesIn(deployment, test.apps, components)
    const ofVariant = resolveTarget(target, names)
    return { name, target: ofVariant, headers: headersFor(ofVariant, names) }
  })
  const request = {
    targets: Object.fromEntries(resolved.map((one) => [one.name, one.target])),
    headers: Object.fromEntries(resolved.map((one) => [one.name, one.headers])),
    arrivals: params.arrivals,
    seed: seedOf(seed, number),
    rate: rateOf(target, params.qps),
    connections: params.connections,
    payload: params.payload,
    payloadSize: params.payloadSize,
  }
  const engine = await engineOf(session, (inTurn[0] as Running).test.apps)
  const report = reportAbout({ block: number }, options.report)
  report({ kind: 'load', what: 'warm-up of both variants', seconds: warmUpSeconds })
  const warmUp = await engine.runMixed(
    { ...request, seconds: warmUpSeconds, responseBytes: 'unknown' },
    signal,
  )
  const bodies = Object.values(warmUp.results).map(({ bodyBytes }) => bodyBytes?.max ?? 0)
  report({ kind: 'load', what: 'load of both variants', seconds: session.loadSeconds })
  const before = await countersOf(running)
  const stopSharedCpu = await startSharedCpu(session, options.shared)
  const timesBefore = processorTimes()
  const startedAt = new Date()
  const ofBlock = { ...request, seconds: session.loadSeconds, responseBytes: Math.max(...bodies) }
  const mixed = await engine.runMixed(ofBlock, signal).catch((error) => endAfter(error, stopSharedCpu))
  const steal = stealPercent(timesBefore, processorTimes())
  const sharedCpu = await stopSharedCpu()
  const after = await countersOf(running)
  signal.throwIfAborted() // what has ended by itself is not counted to its end
  return { warmUp, mixed, startedAt, steal, sharedCpu, before, after }
}

async function countersOf(running: Running[]): Promise<Record<VariantName, SidecarCounters>> {
  const counters = await settled(
    running.map(
      async ({ name, deployment }) =>
        [name, await attributed(name, () => deployment.readCounters())] as const,
    ),
  )
  return Object.fromEntries(counters) as Record<VariantName, SidecarCounters>
}

/**
 * Checks that all responses were successes, and what the case itself verifies. A variant may be as slow as it is.
 *
 * @returns all checks of its load
 */
async function check(
  { name, test }: Running,
  loaded: Loaded,
  { case: description }: BlockOptions,
): Promise<Check[]> {
  const { warmUp, mixed, startedAt } = loaded
  const [warm, result] = [warmUp.results[name] as LoadResult, mixed.results[name] as LoadResult]
  const measurement: Measurement = {
    targets: { dapr: targetOf(description) },
    loads: [{ variant: 'dapr', round: 1, startedAt, result, usage: {}, file: '' }],
    sent: { dapr: warm.sent + result.sent },
    warmUpBodyBytes: warm.bodyBytes ? { dapr: warm.bodyBytes } : {},
  }
  const ofLoad = checkLoads({ dapr: summarize(measurement.loads) })
  const ofCase = await attributed(name, async () => (await description.verify?.(test, measurement)) ?? [])
  throwIfFailed(name, [...ofLoad.filter(({ id }) => id === 'dapr.success'), ...ofCase])
  return ofLoad
}

/** The target that is compared. */
const targetOf = ({ targets }: Case): Target => (targets as NonNullable<Case['targets']>).dapr
