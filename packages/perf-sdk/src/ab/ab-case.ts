import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describeError, InputError, InterruptedError } from '@dapr-perf/errors'
import { type DaprResource, titleOf } from '../description/dapr-resource.js'
import { mergeParams, type Params } from '../description/params.js'
import type { AbPlan, Block } from '../model/block.js'
import type { ReportEvent } from '../model/event.js'
import type { AbOutcome } from '../model/outcome.js'
import { closeSession } from '../platforms/close-session.js'
import { maskSecrets } from '../platforms/mask-secrets.js'
import type { VariantPlatform, VariantSession } from '../platforms/variants.js'
import type { AbResult } from '../results/ab-schema.js'
import { makeResultsFolder, writeJsonFile } from '../results/files.js'
import { type LineOf, Observations } from '../results/observations.js'
import { chooseComponents, type StateStoreKind } from '../runner/components.js'
import type { EngineOf } from '../runner/engine.js'
import type { LoadedCase } from '../runner/find-cases.js'
import { warnIfThrottled } from '../runner/throttling.js'
import { gateOutcome, mayStop } from '../statistics/gate.js'
import { leastBlocks } from '../statistics/looks.js'
import { newSeed } from '../statistics/seed.js'
import { abResult } from './ab-result.js'
import { type Answers, answersFrom, checkKnown, looksOf } from './answers.js'
import { measureBlock } from './block.js'
import { throwIfCpuIsElsewhere } from './counted-cpu.js'
import { ExportWarnings } from './export-warnings.js'
import { checkLoaded } from './loaded.js'
import type { MetricName } from './metrics.js'
import { progressOf } from './progress.js'
import { attributed, type BlockOptions, logsOf } from './running.js'
import { componentsOf, type Variant } from './variant.js'

/** How a comparison is made. */
export interface AbCaseOptions {
  platform: VariantPlatform
  engineOf: EngineOf
  runId: string
  /** Folder for the results of this case. */
  folder: string
  variants: Record<'a' | 'b', Variant>
  /** What differs between the sides besides their sources, in words. */
  differences: string[]
  params: Parameters<typeof mergeParams>[1]
  stateStore: StateStoreKind
  /** How long it may measure, in seconds. */
  maxSeconds: number
  /** Measures so many blocks instead. */
  blocks?: number | undefined
  /** Of this case. */
  alpha: number
  gate: MetricName[]
  minEffect: Record<MetricName, number>
  signal: AbortSignal
  report: ReportEvent
}

/** The end of a comparison. */
export interface AbEnd {
  result: AbResult
  /** Absolute path of the folder of its results. */
  folder: string
  /** The error that ended it, if any. */
  error?: Error
}

/** Compares two variants of Dapr for one case. Whatever happens, it writes result.json. */
export async function abCase(loaded: LoadedCase, options: AbCaseOptions): Promise<AbEnd> {
  const { folder, report, signal } = options
  const { params, ignored } = mergeParams(loaded.case.params, options.params)
  for (const what of ignored)
    report({ kind: 'note', what: `${loaded.name} sends no body, so this is ignored: ${what}` })
  const observations = new Observations(folder, startOf(loaded, params, options))
  let session: VariantSession | undefined
  let end: Omit<LineOf<'ab-end'>, 'kind' | 'endedAt'>
  let failed: Error | undefined
  try {
    await makeResultsFolder(join(folder, 'logs'))
    await observations.begin()
    const { platform, runId } = options
    if (platform.name === 'local') await new ExportWarnings(loaded.case, options).warnBefore(observations)
    const caseFolder = dirname(loaded.file)
    session = await platform.openForVariants({ runId, folder, caseFolder, report }, signal)
    const opened = session
    end = await warnIfThrottled(platform.name, observations, () =>
      measureAll(opened, loaded, observations, params, options),
    )
  } catch (cause) {
    failed = [signal, session?.failure].find((one) => one?.aborted)?.reason ?? (cause as Error)
    const outcome = failed instanceof InterruptedError ? 'interrupted' : 'error'
    end = { outcome, end: outcome, error: describeError(failed) }
    if (outcome === 'error')
      report({ kind: 'note', what: `${loaded.name} could not be finished`, isEnd: true })
  } finally {
    if (session) await closeSession(session, report)
  }
  const { result, error = failed } = await writeResult(folder, observations, end)
  return { result, folder, ...(error && { error }) }
}

function startOf(
  { name, case: description }: LoadedCase,
  { duration, arrivals, ...ofLoad }: Params,
  { runId, variants, differences }: AbCaseOptions,
): LineOf<'ab'> {
  return {
    kind: 'ab',
    case: name,
    description: description.description,
    run: runId,
    startedAt: new Date().toISOString(),
    params: { ...ofLoad, ...(description.test && { duration }) },
    ...(ofLoad.qps > 0 && { arrivals }),
    seed: newSeed(),
    sides: { a: describeSide(variants.a), b: describeSide(variants.b) },
    differences,
  }
}

/**
 * Records the end, and writes result.json. A comparison that can't be stored has failed.
 *
 * @returns the error, if there was none before
 */
async function writeResult(
  folder: string,
  observations: Observations,
  end: Omit<LineOf<'ab-end'>, 'kind' | 'endedAt'>,
): Promise<{ result: AbResult; error?: Error }> {
  const endedAt = new Date().toISOString()
  try {
    await observations.add({ kind: 'ab-end', endedAt, ...end })
    const result = abResult(observations.lines)
    await writeJsonFile(join(folder, 'result.json'), result)
    return { result }
  } catch (error) {
    const result = abResult(observations.lines)
    if (end.error !== undefined) return { result } // the first error is shown
    const failure = error as Error
    return {
      result: { ...result, outcome: 'error', end: 'error', error: describeError(failure) },
      error: failure,
    }
  }
}

const describeSide = ({ side, settings: { configuration, env, args, resources } }: Variant) => ({
  ...side,
  ...(Object.keys(configuration).length > 0 && { configuration: maskSecrets(configuration) }),
  ...(Object.keys(env).length > 0 && { env: maskSecrets(env) }),
  ...(Object.keys(args).length > 0 && { args: maskSecrets(args) }),
  ...namesOf(resources),
})

function namesOf(resources: DaprResource[]): { components?: string[]; resources?: string[] } {
  const components = resources.filter(({ kind }) => kind === 'Component')
  const others = resources.filter(({ kind }) => kind !== 'Component')
  return {
    ...(components.length > 0 && { components: components.map(({ name }) => name) }),
    ...(others.length > 0 && { resources: others.map(titleOf) }),
  }
}

/** Measures blocks until the metrics of the gate are decided, or time is over. It records each as soon as it has ended. */
async function measureAll(
  session: VariantSession,
  { case: description, name }: LoadedCase,
  observations: Observations,
  params: Params,
  options: AbCaseOptions,
): Promise<{ end: 'decided' | 'blocks' | 'time'; outcome: AbOutcome }> {
  const { report } = options
  const signal = AbortSignal.any([options.signal, session.failure])
  const { shared, components } = await deployShared(session, description, options, signal)
  const block: BlockOptions = {
    session,
    engineOf: options.engineOf,
    case: description,
    params,
    variants: options.variants,
    components,
    shared,
    seed: observations.seed,
    folder: options.folder,
    signal,
  }
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1000
  report({ kind: 'step', what: `${name}: a trial block` })
  const trial = await measureBlock(0, {
    ...block,
    onReady: async (running) => {
      await attributed(running.name, () => checkLoaded(running, report))
      const { name: variant } = running
      const environment = await running.variant.environment()
      await observations.add({ kind: 'environment', variant, environment })
    },
  })
  await observations.add(trial)
  const exportWarnings = new ExportWarnings(description, options)
  await exportWarnings.warnAfter(0, observations)
  const plan = planOf(trial.block.seconds, options)
  await observations.add({ kind: 'plan', plan })
  throwIfCpuIsElsewhere(trial.block)
  checkKnown(options.gate, trial.block)

  const looks = looksOf(plan)
  const blocks: Block[] = []
  const answersWith = (end?: 'time') => answersFrom({ plan, blocks, end })
  const ofGate = (answers: Answers) => options.gate.flatMap((metric) => answers[metric] ?? [])
  let answers: Answers = {}
  while (blocks.length < plan.blocks) {
    const isOver = plan.maxSeconds !== undefined && seconds() + plan.blockSeconds > plan.maxSeconds
    if (isOver && blocks.length >= leastBlocks) break
    report(progressOf(name, { blocks, answers }, plan))
    const measured = await measureBlock(blocks.length + 1, block)
    await observations.add(measured)
    await exportWarnings.warnAfter(measured.number, observations)
    blocks.push(measured.block)
    checkKnown(options.gate, measured.block)
    await rm(logsOf(options.folder, blocks.length - 1), { recursive: true, force: true })
    if (!looks.includes(blocks.length)) continue
    answers = answersWith()
    if (mayStop(ofGate(answers))) return { end: 'decided', outcome: gateOutcome(ofGate(answers)) }
  }
  const end = blocks.length < plan.blocks ? 'time' : 'blocks'
  if (end === 'time') answers = answersWith('time')
  return { end, outcome: gateOutcome(ofGate(answers)) }
}

/** Starts the apps that both variants share, without sidecars. */
async function deployShared(
  session: VariantSession,
  description: LoadedCase['case'],
  { runId, stateStore, variants }: AbCaseOptions,
  signal: AbortSignal,
) {
  const chosen = await chooseComponents(description.components, {
    stateStore,
    keyPrefix: runId,
    use: (resource) => session.use(resource, signal),
  })
  const shared = []
  for (const apps of [description.initApps, description.apps]) {
    const withoutSidecars = apps
      .filter((app) => session.isShared(app))
      .map((app) => ({ ...app, daprEnabled: false }))
    if (withoutSidecars.length === 0) continue
    shared.push(
      ...(await session.deploy({ apps: withoutSidecars, components: [], configuration: {} }, signal)),
    )
  }
  return {
    shared,
    components: {
      a: componentsOf(chosen, variants.a, description),
      b: componentsOf(chosen, variants.b, description),
    },
  }
}

/** How many blocks fit into the time, the trial included. @throws InputError if these are too few */
function planOf(blockSeconds: number, { maxSeconds, blocks, alpha, gate, minEffect }: AbCaseOptions): AbPlan {
  const common = { blockSeconds, alpha, gate, minEffect }
  if (blocks) return { ...common, blocks }
  const fit = Math.floor(maxSeconds / blockSeconds) - 1
  if (fit >= leastBlocks) return { ...common, blocks: fit, maxSeconds }
  const needed = Math.ceil((leastBlocks + 1) * blockSeconds)
  throw new InputError(
    `a block takes ${blockSeconds.toFixed(1)} s, and an answer needs ${leastBlocks} after a trial: ` +
      `--max-time ${needed}s is the least`,
  )
}
