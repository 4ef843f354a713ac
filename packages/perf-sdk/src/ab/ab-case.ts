import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describeError, InputError, InterruptedError } from '@dapr-perf/errors'
import { mergeParams, type Params } from '../description/params.js'
import type { AbPlan, VariantName } from '../model/block.js'
import type { ReportEvent } from '../model/event.js'
import { closeSession } from '../platforms/close-session.js'
import { maskSecrets } from '../platforms/mask-secrets.js'
import type { RunningVariant, VariantPlatform, VariantSession } from '../platforms/variants.js'
import { type AbResult, abSchemaVersion } from '../results/ab-schema.js'
import { makeResultsFolder, writeResultsFile } from '../results/files.js'
import { chooseComponents, type StateStoreKind } from '../runner/components.js'
import type { EngineOf } from '../runner/engine.js'
import type { LoadedCase } from '../runner/find-cases.js'
import { gateOutcome, mayStop } from '../statistics/gate.js'
import { leastBlocks } from '../statistics/looks.js'
import { newSeed } from '../statistics/seed.js'
import { answersFrom, checkKnown, looksOf } from './answers.js'
import { measureBlock } from './block.js'
import type { MetricName } from './metrics.js'
import { progressOf } from './progress.js'
import { type BlockOptions, logsOf } from './running.js'
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
  const { duration, arrivals, ...ofLoad } = params
  const result: AbResult = {
    kind: 'ab',
    schemaVersion: abSchemaVersion,
    case: loaded.name,
    description: loaded.case.description,
    run: options.runId,
    startedAt: new Date().toISOString(),
    endedAt: '',
    outcome: "can't tell",
    params: { ...ofLoad, ...(loaded.case.test && { duration }) },
    ...(params.qps > 0 && { arrivals }),
    seed: newSeed(),
    sides: { a: describeSide(options.variants.a), b: describeSide(options.variants.b) },
    differences: options.differences,
    blocks: [],
    answers: {},
  }
  let session: VariantSession | undefined
  let failed: Error | undefined
  try {
    await makeResultsFolder(join(folder, 'logs'))
    const { platform, runId } = options
    const caseFolder = dirname(loaded.file)
    session = await platform.openForVariants({ runId, folder, caseFolder, report }, signal)
    await measureAll(session, loaded, result, params, options)
    result.outcome = gateOutcome(options.gate.flatMap((name) => result.answers[name] ?? []))
  } catch (cause) {
    failed = [signal, session?.failure].find((one) => one?.aborted)?.reason ?? (cause as Error)
    const isInterrupted = failed instanceof InterruptedError
    result.outcome = isInterrupted ? 'interrupted' : 'error'
    result.end = result.outcome
    result.error = describeError(failed)
    if (!isInterrupted) report({ kind: 'note', what: `${loaded.name} could not be finished`, isEnd: true })
  } finally {
    if (session) await closeSession(session, report)
  }
  result.endedAt = new Date().toISOString()
  failed = (await store(result, folder)) ?? failed
  return { result, folder, ...(failed && { error: failed }) }
}

/**
 * Writes result.json. A comparison that can't be stored has failed.
 *
 * @returns the error, if there was none before
 */
export async function store(result: AbResult, folder: string): Promise<Error | undefined> {
  try {
    await writeResultsFile(join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`)
    return undefined
  } catch (error) {
    if (result.error !== undefined) return undefined // the first error is shown
    result.outcome = 'error'
    result.end = 'error'
    result.error = describeError(error)
    return error as Error
  }
}

const describeSide = ({ side, settings: { configuration, env, components } }: Variant) => ({
  ...side,
  ...(Object.keys(configuration).length > 0 && { configuration: maskSecrets(configuration) }),
  ...(Object.keys(env).length > 0 && { env: maskSecrets(env) }),
  ...(components.length > 0 && { components: components.map(({ name }) => name) }),
})

/** Measures blocks until the metrics of the gate are decided, or time is over. It fills in the result as it goes. */
async function measureAll(
  session: VariantSession,
  { case: description, name }: LoadedCase,
  result: AbResult,
  params: Params,
  options: AbCaseOptions,
): Promise<void> {
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
    seed: result.seed,
    folder: options.folder,
    signal,
  }
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1000
  report({ kind: 'step', what: `${name}: a trial block` })
  const trial = await measureBlock(0, { ...block, onReady: (...ready) => describe(result, ...ready) })
  result.trial = trial
  const plan = planOf(trial.seconds, options)
  result.plan = plan
  checkKnown(options.gate, trial)

  const looks = looksOf(plan)
  const { blocks } = result
  while (blocks.length < plan.blocks) {
    const isOver = plan.maxSeconds !== undefined && seconds() + plan.blockSeconds > plan.maxSeconds
    if (isOver && blocks.length >= leastBlocks) break
    report(progressOf(name, result, plan))
    const measured = await measureBlock(blocks.length + 1, block)
    blocks.push(measured)
    checkKnown(options.gate, measured)
    await rm(logsOf(options.folder, blocks.length - 1), { recursive: true, force: true })
    if (!looks.includes(blocks.length)) continue
    result.answers = answersFrom(result)
    if (mayStop(options.gate.flatMap((metric) => result.answers[metric] ?? []))) {
      result.end = 'decided'
      return
    }
  }
  result.end = blocks.length < plan.blocks ? 'time' : 'blocks'
  if (result.end === 'time') result.answers = answersFrom(result)
}

/** Completes the result by what is known of a variant that runs. */
async function describe(result: AbResult, name: VariantName, variant: RunningVariant): Promise<void> {
  const { programs, ...environment } = await variant.environment()
  const { daprd, ...others } = programs
  if (name === 'a') result.environment = { ...environment, programs: others }
  const { version, image, imageID } = daprd ?? {}
  const side = result.sides[name]
  result.sides[name] = {
    ...side,
    ...(version && !side.version && { version }),
    ...(image && { image }),
    ...(imageID && { imageID }),
  }
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
