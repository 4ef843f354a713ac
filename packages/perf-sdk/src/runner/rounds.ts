import { join } from 'node:path'
import type { TestContext } from '../case/test-context.js'
import type { Case } from '../case/test-runner.js'
import { checkBudget } from '../checks/budget.js'
import { checkLoads } from '../checks/loads.js'
import { type ComparedMeasurement, compare } from '../compare/compare.js'
import { defaultConfiguration, mergeConfigurations } from '../description/configuration.js'
import { mergeParams, type Params, usedParams } from '../description/params.js'
import { checkFeasible, roundsFor } from '../measure/feasible.js'
import { measure } from '../measure/measure.js'
import { secondsSince } from '../model/event.js'
import { appsOf } from '../platforms/platform.js'
import { type LineOf, lineOfLoad } from '../results/observations.js'
import { outcomeOf, runResult } from '../results/run-result.js'
import type { Result } from '../results/schema.js'
import { newSeed } from '../statistics/seed.js'
import { checkSidecars } from './check-sidecars.js'
import { scopeToCase } from './components.js'
import { checkRequestSize } from './limits.js'
import { newTestContext } from './new-test-context.js'
import type { CaseEnding, CaseInSession, Measuring, Plan, RunCasesOptions } from './plan.js'
import { warnIfThrottled } from './throttling.js'
import { exportersOf, failedExports, unreachable } from './trace-exports.js'
import { UndoList } from './undo.js'

export interface RoundsOptions {
  /** Number of rounds that each variant's time is split into; by default see roundsFor. */
  rounds?: number | undefined
  enforceBudget: boolean
}

/** Measures the variants of a case, such as without Dapr and with it, in rounds of one deployment. */
export const inRounds = (
  options: RoundsOptions & Pick<RunCasesOptions, 'params' | 'platform'>,
): Plan<Result> => ({
  command: 'run',

  check({ name, case: description }, report) {
    const { targets, params, budget } = description
    if (options.enforceBudget && !budget)
      report({ kind: 'note', what: `${name} has no budget: there is none to enforce` })
    const apps = appsOf(description)
    checkSidecars(apps, options.platform.name)
    if (!targets) return // A case with a test function of its own makes its loads as it likes: they are checked when it does.
    const merged = mergeParams(params, options.params).params
    for (const target of Object.values(targets)) checkRequestSize(target, merged, apps)
    checkFeasible(merged, roundsOf(description, merged, options), targets)
  },

  prepare: async () => measuringRounds(options),
})

const measuringRounds = (options: RoundsOptions): Measuring<Result> => ({
  begin: ({ loaded: { name, case: description }, params, runId }) => ({
    kind: 'run',
    case: name,
    description: description.description,
    run: runId,
    startedAt: new Date().toISOString(),
    params: usedParams(params),
    seed: newSeed(),
    apps: Object.fromEntries(appsOf(description).map(({ appName, daprEnabled }) => [appName, daprEnabled])),
  }),

  warnBefore: ({ loaded }) => unreachable(traceExportersOf(loaded.case)),

  measure: (ofCase) => measureRounds(ofCase, options),

  unfinished: (outcome, error) => ({ kind: 'end', outcome, error }),

  /** Sidecars export what is left when they end, so that this is known only after them. */
  async warnAfter({ loaded, folder }) {
    return traceExportersOf(loaded.case).length > 0 ? failedExports(join(folder, 'logs')) : undefined
  },

  resultOf: runResult,
})

const roundsOf = ({ targets }: Case, params: Params, { rounds }: RoundsOptions): number =>
  rounds ?? (targets ? roundsFor(params, targets) : 1)

const configurationOf = ({ configuration }: Case) => mergeConfigurations(defaultConfiguration, configuration)

const traceExportersOf = (description: Case) => exportersOf(appsOf(description), configurationOf(description))

/** Deploys, prepares, loads, compares and checks, and records the result of each step. */
async function measureRounds(ofCase: CaseInSession, options: RoundsOptions): Promise<CaseEnding> {
  const { session, loaded, params, folder, platform, observations, startedAt, signal, report } = ofCase
  const description = loaded.case
  const components = scopeToCase(ofCase.components, description)
  const { initApps, apps } = description
  const deployment = await session.start(
    {
      initApps,
      apps,
      components,
      configuration: configurationOf(description),
      logs: join(folder, 'logs'),
      report,
    },
    signal,
  )
  await deployment.untilReady(signal)
  await observations.add({ kind: 'environment', environment: await deployment.environment() })
  const undo = new UndoList()
  const test = newTestContext({
    session,
    deployment,
    case: description,
    params,
    seed: observations.seed,
    options: { ...ofCase, rounds: roundsOf(description, params, options) },
    onKept: (load) => observations.add(lineOfLoad(load)),
    components,
    undo,
    signal,
  })
  report({ kind: 'note', what: `apps are ready after ${secondsSince(startedAt)} s` })
  try {
    await description.prepare?.(test)
    const measured = await warnIfThrottled(platform.name, observations, () =>
      (description.test ?? measureTargets(description))(test),
    )
    const evaluated = evaluate(description, measured, await deployment.restarts(), options)
    await observations.add(evaluated)
    return { kind: 'end', outcome: outcomeOf(evaluated) }
  } finally {
    await undo.undoAll()
  }
}

function evaluate(
  { budget }: Case,
  measured: ComparedMeasurement,
  restarts: number | undefined,
  { enforceBudget }: RoundsOptions,
): LineOf<'evaluated'> {
  const { summaries, comparisons, checks } = measured
  return {
    kind: 'evaluated',
    variants: summaries,
    comparisons,
    checks: [...checkLoads(summaries, restarts), ...checks],
    ...(budget && { budget: { ...checkBudget(budget, measured), enforced: enforceBudget } }),
  }
}

/** The test function of a case with targets. */
function measureTargets({ targets, verify }: Case): (test: TestContext) => Promise<ComparedMeasurement> {
  return async (test) => {
    const measurement = await measure(test, targets as NonNullable<typeof targets>)
    return compare(measurement, await verify?.(test, measurement))
  }
}
