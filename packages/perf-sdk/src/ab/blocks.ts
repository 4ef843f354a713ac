import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import type { Case } from '../case/test-runner.js'
import type { App } from '../description/app.js'
import { type DaprResource, titleOf } from '../description/dapr-resource.js'
import { mergeParams } from '../description/params.js'
import { rateOf } from '../description/target.js'
import type { AbPlan, Block, VariantName } from '../model/block.js'
import { attributed } from '../platforms/attributed.js'
import { maskSecrets } from '../platforms/mask-secrets.js'
import { appsOf, type RunningDeployment } from '../platforms/platform.js'
import type { AbResult } from '../results/ab-schema.js'
import type { LineOf } from '../results/observations.js'
import { checkSidecars } from '../runner/check-sidecars.js'
import { checkRequestSize } from '../runner/limits.js'
import type {
  CaseEnding,
  CaseInSession,
  CaseOfPlan,
  Measuring,
  Plan,
  RunCasesOptions,
} from '../runner/plan.js'
import { warnIfThrottled } from '../runner/throttling.js'
import { gateOutcome, mayStop } from '../statistics/gate.js'
import { leastBlocks } from '../statistics/looks.js'
import { newSeed } from '../statistics/seed.js'
import { abResult } from './ab-result.js'
import { type Answers, answersFrom, checkKnown, looksOf } from './answers.js'
import { measureBlock } from './block.js'
import { checkResources } from './check-resources.js'
import { throwIfCpuIsElsewhere } from './counted-cpu.js'
import { ExportWarnings, unreachableExporters } from './export-warnings.js'
import { checkLoaded } from './loaded.js'
import type { MetricName } from './metrics.js'
import { progressOf } from './progress.js'
import { type BlockOptions, logsOf } from './running.js'
import type { ProvideSides } from './sides.js'
import { type AskedSide, appsWith, componentsOf, isSameVariant, type Variant } from './variant.js'

/** The probability of a false alarm of a whole run, two-sided; its cases share it. */
const alpha = 0.05

export interface BlocksOptions {
  a: AskedSide
  b: AskedSide
  /** How long it may measure a case, in seconds. */
  maxSeconds: number
  /** Measures so many blocks instead. */
  blocks?: number | undefined
  gate: MetricName[]
  minEffect: Record<MetricName, number>
}

/** What was asked for, and the variants, once they are there. */
interface Comparison extends BlocksOptions {
  variants: Record<VariantName, Variant>
  /** What differs between the sides besides their sources, in words. */
  differences: string[]
}

/**
 * Compares two variants of Dapr in blocks, each with sidecars of its own.
 *
 * @param provide makes both sides' programs available
 */
export function inBlocks(
  options: BlocksOptions & Pick<RunCasesOptions, 'params' | 'platform'>,
  provide: ProvideSides,
): Plan<AbResult> {
  const { a, b, platform } = options
  return {
    command: 'ab',

    check({ name, case: description }, report) {
      checkLoads(description, options)
      for (const { settings } of [a, b]) checkSidecars(appsWith(settings, appsOf(description)), platform.name)
      for (const { settings } of [a, b])
        for (const what of checkResources({ case: description, settings, platform: platform.name }))
          report({ kind: 'note', what: `${name}: ${what}` })
    },

    async prepare(report) {
      const sides = await provide(a.given, b.given, report)
      const variants = {
        a: { name: 'a' as const, side: sides.a, settings: a.settings },
        b: { name: 'b' as const, side: sides.b, settings: b.settings },
      }
      const same = isSameVariant(variants.a, variants.b)
        ? ['A and B are the same program with the same settings: what differs is noise']
        : []
      return measuringBlocks({ ...options, variants, differences: [...same, ...sides.differences] })
    },
  }
}

const measuringBlocks = (comparison: Comparison): Measuring<AbResult> => ({
  begin: (ofCase) => startOf(ofCase, comparison),

  warnBefore: ({ loaded }) => unreachableExporters(loaded.case, comparison.variants),

  measure: (ofCase) =>
    warnIfThrottled(ofCase.platform.name, ofCase.observations, () => measureBlocks(ofCase, comparison)),

  unfinished: (outcome, error) => ({ kind: 'ab-end', outcome, end: outcome, error }),

  resultOf: abResult,
})

/** A case with a test function of its own makes its loads as it likes: they are checked when it does. */
function checkLoads(description: Case, { params: overrides }: Pick<RunCasesOptions, 'params'>): void {
  const { targets } = description
  if (!targets) return
  const { params } = mergeParams(description.params, overrides)
  checkRequestSize(targets.dapr, params, appsOf(description))
  rateOf(targets.dapr, params.qps) // throws
}

function startOf(
  { loaded, params, runId }: Omit<CaseOfPlan, 'observations'>,
  { variants, differences }: Comparison,
): LineOf<'ab'> {
  const { name, case: description } = loaded
  const { duration, arrivals, ...ofLoad } = params
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
async function measureBlocks(ofCase: CaseInSession, options: Comparison): Promise<CaseEnding> {
  const { session, loaded, params, folder, cases, components, observations, signal, report } = ofCase
  const description = loaded.case
  const shared = await startShared(ofCase)
  const block: BlockOptions = {
    session,
    engineOf: ofCase.engineOf,
    case: description,
    params,
    variants: options.variants,
    components: {
      a: componentsOf(components, options.variants.a, description),
      b: componentsOf(components, options.variants.b, description),
    },
    shared,
    seed: observations.seed,
    folder,
    report,
    signal,
  }
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1000
  report({ kind: 'step', what: `${loaded.name}: a trial block` })
  const trial = await measureBlock(0, {
    ...block,
    onReady: async (running) => {
      await attributed(running.name, () => checkLoaded(running, report))
      const { name: variant } = running
      const environment = await running.deployment.environment()
      await observations.add({ kind: 'environment', variant, environment })
    },
  })
  await observations.add(trial)
  const exportWarnings = new ExportWarnings(description, { ...options, folder })
  await exportWarnings.warnAfter(0, observations)
  const plan = planOf(trial.block.seconds, { ...options, alpha: alpha / cases })
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
    report(progressOf({ blocks, answers }, plan))
    const measured = await measureBlock(blocks.length + 1, block)
    await observations.add(measured)
    await exportWarnings.warnAfter(measured.number, observations)
    blocks.push(measured.block)
    checkKnown(options.gate, measured.block)
    await rm(logsOf(folder, blocks.length - 1), { recursive: true, force: true })
    if (!looks.includes(blocks.length)) continue
    answers = answersWith()
    if (mayStop(ofGate(answers)))
      return { kind: 'ab-end', end: 'decided', outcome: gateOutcome(ofGate(answers)) }
  }
  const end = blocks.length < plan.blocks ? 'time' : 'blocks'
  if (end === 'time') answers = answersWith('time')
  return { kind: 'ab-end', end, outcome: gateOutcome(ofGate(answers)) }
}

/** Starts the apps that both variants share, without sidecars. */
async function startShared({
  session,
  loaded,
  folder,
  signal,
  report,
}: CaseInSession): Promise<RunningDeployment> {
  const { initApps, apps } = loaded.case
  const sharedOf = (some: App[]) =>
    some.filter((app) => session.isShared(app)).map((app) => ({ ...app, daprEnabled: false }))
  const shared = await session.start(
    {
      initApps: sharedOf(initApps),
      apps: sharedOf(apps),
      components: [],
      configuration: {},
      logs: join(folder, 'logs'),
      report,
    },
    signal,
  )
  await shared.untilReady(signal)
  return shared
}

/** How many blocks fit into the time, the trial included. @throws InputError if these are too few */
function planOf(
  blockSeconds: number,
  { maxSeconds, blocks, alpha: ofCase, gate, minEffect }: BlocksOptions & { alpha: number },
): AbPlan {
  const common = { blockSeconds, alpha: ofCase, gate, minEffect }
  if (blocks) return { ...common, blocks }
  const fit = Math.floor(maxSeconds / blockSeconds) - 1
  if (fit >= leastBlocks) return { ...common, blocks: fit, maxSeconds }
  const needed = Math.ceil((leastBlocks + 1) * blockSeconds)
  throw new InputError(
    `a block takes ${blockSeconds.toFixed(1)} s, and an answer needs ${leastBlocks} after a trial: ` +
      `--max-time ${needed}s is the least`,
  )
}
