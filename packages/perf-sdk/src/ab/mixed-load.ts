import { rateOf, type Target } from '../case/target.js'
import type { Case } from '../case/test-runner.js'
import { checkLoads } from '../checks/loads.js'
import type { LoadResult, MixedLoadResult } from '../load-engine/load-engine.js'
import type { Measurement } from '../measure/measurement.js'
import type { SidecarCounters } from '../platforms/variants.js'
import { engineOf } from '../runner/engine.js'
import { namesIn, resolveTarget } from '../runner/resolve-target.js'
import { summarize } from '../statistics/summary.js'
import { figuresOf, type Measured, throwIfFailed } from './figures.js'
import { processorTimes, stealPercent } from './interference.js'
import { firstVariant, startingWith } from './order.js'
import { attributed, type BlockOptions, prepareVariant, type Running, startVariant } from './running.js'
import type { VariantName } from './schema.js'

const warmUpSeconds = 1

/** Starts both variants side by side, and makes one load of both, in turn. */
export async function measureMixedLoad(number: number, options: BlockOptions): Promise<Measured> {
  const { seed } = options
  const startedFirst = firstVariant(seed, number, 'start')
  const running: Running[] = []
  try {
    for (const name of startingWith(startedFirst)) running.push(await startVariant(name, number, options))
    await Promise.all(running.map((one) => prepareVariant(one, options)))
    const loaded = await load(running, firstVariant(seed, number, 'load'), options)
    for (const one of running) await check(one, loaded, options)
    const { mixed, before, after, steal } = loaded
    const figures = (name: VariantName) =>
      figuresOf([mixed.results[name] as LoadResult], before[name], after[name])
    return {
      startedFirst,
      loadedFirst: mixed.order[0] as VariantName,
      slices: mixed.slices,
      sliceSeconds: mixed.sliceSeconds,
      stealPercent: steal,
      cpuSource: after.a.cpuSource,
      variants: { a: figures('a'), b: figures('b') },
    }
  } finally {
    await Promise.all(running.map((one) => one[Symbol.asyncDispose]()))
  }
}

/** The load of a block, and what was measured beside it. */
interface Loaded {
  warmUp: MixedLoadResult
  mixed: MixedLoadResult
  startedAt: Date
  steal: number | undefined
  before: Record<VariantName, SidecarCounters>
  after: Record<VariantName, SidecarCounters>
}

async function load(running: Running[], first: VariantName, options: BlockOptions): Promise<Loaded> {
  const { session, case: description, params, arrivals, signal } = options
  const target = targetOf(description)
  const inTurn = startingWith(first).map((name) => running.find((one) => one.name === name) as Running)
  const request = {
    targets: Object.fromEntries(
      inTurn.map(({ name, variant, test, components }) => [
        name,
        resolveTarget(target, namesIn(variant, test.apps, components)),
      ]),
    ),
    arrivals,
    rate: rateOf(target, params.qps),
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
    { ...request, seconds: session.loadSeconds, responseBytes: Math.max(...bodies) },
    signal,
  )
  const steal = stealPercent(timesBefore, processorTimes())
  return { warmUp, mixed, startedAt, steal, before, after: await countersOf(running) }
}

async function countersOf(running: Running[]): Promise<Record<VariantName, SidecarCounters>> {
  const counters = await Promise.all(
    running.map(
      async ({ name, variant }) => [name, await attributed(name, () => variant.readCounters())] as const,
    ),
  )
  return Object.fromEntries(counters) as Record<VariantName, SidecarCounters>
}

/** Checks that all responses were successes, and what the case itself verifies. Only time may disturb a block. */
async function check({ name, test }: Running, loaded: Loaded, { case: description }: BlockOptions) {
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
  throwIfFailed(name, [...ofLoad, ...ofCase])
}

/** The target that is compared. */
const targetOf = ({ targets }: Case): Target => (targets as NonNullable<Case['targets']>).dapr
