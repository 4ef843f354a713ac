import { dirname, join } from 'node:path'
import { describeError, InterruptedError } from '@dapr-perf/errors'
import type { TestContext } from '../case/test-context.js'
import type { Case } from '../case/test-runner.js'
import { checkBudget } from '../checks/budget.js'
import { checkLoads } from '../checks/loads.js'
import { type ComparedMeasurement, compare } from '../compare/compare.js'
import type { Component } from '../description/component.js'
import { defaultConfiguration, mergeConfigurations } from '../description/configuration.js'
import { mergeParams, type Params, usedParams } from '../description/params.js'
import { roundsFor } from '../measure/feasible.js'
import { measure } from '../measure/measure.js'
import { type ReportEvent, secondsSince } from '../model/event.js'
import type { Outcome } from '../model/outcome.js'
import { closeSession } from '../platforms/close-session.js'
import type { RunningApp, Session } from '../platforms/platform.js'
import { makeResultsFolder, writeJsonFile } from '../results/files.js'
import { type LineOf, lineOfLoad, Observations, warningsOf } from '../results/observations.js'
import { outcomeOf, runResult } from '../results/run-result.js'
import type { Result } from '../results/schema.js'
import { newSeed } from '../statistics/seed.js'
import type { CaseOptions } from './case-options.js'
import { checkSidecars } from './check-sidecars.js'
import { chooseComponents, isStateStore, scopeToCase } from './components.js'
import type { LoadedCase } from './find-cases.js'
import { appsOf, checkRequestSize } from './limits.js'
import { newTestContext } from './new-test-context.js'
import type { CaseEnd } from './reporter.js'
import { warnIfThrottled } from './throttling.js'
import { exportersOf, failedExports, unreachable } from './trace-exports.js'
import { type Undo, undoAll } from './undo.js'

/** Runs one case. Whatever happens, it writes result.json and then tears down. */
export async function runCase(loaded: LoadedCase, options: CaseOptions): Promise<CaseEnd> {
  const { folder, report } = options
  const { params, ignored } = mergeParams(loaded.case.params, options.params)
  for (const what of ignored)
    report({ kind: 'note', what: `${loaded.name} sends no body, so this is ignored: ${what}` })
  if (options.stateStore !== 'in-memory' && !loaded.case.components.some(isStateStore))
    report({
      kind: 'note',
      what: `${loaded.name} has no state store, so this is ignored: ${options.stateStore}`,
    })
  if (options.enforceBudget && !loaded.case.budget)
    report({ kind: 'note', what: `${loaded.name} has no budget: there is none to enforce` })
  const observations = new Observations(folder, startOf(loaded, params, options))
  const end = await runAndTearDown(loaded, params, observations, options)
  return exportsTraces(loaded.case) ? withFailedExports(end, observations) : end
}

async function runAndTearDown(
  loaded: LoadedCase,
  params: Params,
  observations: Observations,
  options: CaseOptions,
): Promise<CaseEnd> {
  const { folder, report, signal } = options
  let session: Session | undefined
  try {
    await makeResultsFolder(join(folder, 'logs'))
    await observations.begin()
    for (const target of Object.values(loaded.case.targets ?? {}))
      checkRequestSize(target, params, appsOf(loaded.case))
    const { runId, platform } = options
    checkSidecars(loaded.name, appsOf(loaded.case), platform.name)
    if (platform.name === 'local') await warnOfExporters(loaded.case, observations, report)
    const caseFolder = dirname(loaded.file)
    session = await platform.open({ runId, folder, caseFolder, report }, signal)
    const evaluated = await runInSession(session, loaded.case, params, observations, options)
    return { result: await writeResult(folder, observations, outcomeOf(evaluated)), folder }
  } catch (cause) {
    // After an app died, or Ctrl+C, show that, and not an error that it caused, such as a broken connection.
    const error = [signal, session?.failure].find((one) => one?.aborted)?.reason ?? cause
    const outcome = error instanceof InterruptedError ? 'interrupted' : 'error'
    if (outcome === 'error')
      report({ kind: 'note', what: `${loaded.name} could not be finished`, isEnd: true })
    const result = await writeResult(folder, observations, outcome, error).catch(
      () => runResult(observations.lines), // for example a full disk: show the first error
    )
    return { result, folder, error }
  } finally {
    if (session) await closeSession(session, report)
  }
}

const configurationOf = ({ configuration }: Case) => mergeConfigurations(defaultConfiguration, configuration)

const traceExportersOf = (description: Case) => exportersOf(appsOf(description), configurationOf(description))

const exportsTraces = (description: Case) => traceExportersOf(description).length > 0

async function warnOfExporters(description: Case, observations: Observations, report: ReportEvent) {
  for (const what of await unreachable(traceExportersOf(description))) {
    report({ kind: 'note', what })
    await observations.add({ kind: 'warning', what })
  }
}

/** Sidecars export what is left when they end, so that this is known only after them. */
async function withFailedExports(end: CaseEnd, observations: Observations): Promise<CaseEnd> {
  const { folder } = end
  const what = await failedExports(join(folder, 'logs'))
  if (what === undefined) return end
  const store = async () => {
    await observations.add({ kind: 'warning', what })
    await writeJsonFile(join(folder, 'result.json'), runResult(observations.lines))
  }
  await store().catch(() => {}) // for example a full disk: it is shown all the same
  return { ...end, result: { ...end.result, ...warningsOf(observations.lines) } }
}

const startOf = (
  { name, case: description }: LoadedCase,
  params: Params,
  { runId }: CaseOptions,
): LineOf<'run'> => ({
  kind: 'run',
  case: name,
  description: description.description,
  run: runId,
  startedAt: new Date().toISOString(),
  params: usedParams(params),
  seed: newSeed(),
  apps: Object.fromEntries(appsOf(description).map(({ appName, daprEnabled }) => [appName, daprEnabled])),
})

/** Records the end of a case, and writes result.json. */
async function writeResult(
  folder: string,
  observations: Observations,
  outcome: Outcome,
  error?: Error,
): Promise<Result> {
  const endedAt = new Date().toISOString()
  await observations.add({ kind: 'end', endedAt, outcome, ...(error && { error: describeError(error) }) })
  const result = runResult(observations.lines)
  await writeJsonFile(join(folder, 'result.json'), result)
  return result
}

/** Deploys, prepares, loads, compares and checks, and records the result of each step. */
async function runInSession(
  session: Session,
  description: Case,
  params: Params,
  observations: Observations,
  options: CaseOptions,
): Promise<LineOf<'evaluated'>> {
  const signal = AbortSignal.any([options.signal, session.failure])
  const chosen = await chooseComponents(description.components, {
    stateStore: options.stateStore,
    keyPrefix: options.runId,
    use: (resource) => session.use(resource, signal),
  })
  const components = scopeToCase(chosen, description)
  const apps = await deploy(session, description, components, options.report, signal)
  await observations.add({ kind: 'environment', environment: await session.environment() })
  const undo: Undo[] = []
  const { targets } = description
  const rounds = options.rounds ?? (targets ? roundsFor(params, targets) : 1)
  const test = newTestContext({
    session,
    case: description,
    params,
    seed: observations.seed,
    options: { ...options, rounds },
    onKept: (load) => observations.add(lineOfLoad(load)),
    apps,
    components,
    undo,
    signal,
  })
  options.report({ kind: 'note', what: `apps are ready after ${secondsSince(options.startedAt)} s` })
  try {
    await description.prepare?.(test)
    const measured = await warnIfThrottled(options.platform.name, observations, () =>
      (description.test ?? measureTargets(description))(test),
    )
    const evaluated = evaluate(description, measured, await session.restarts(), options)
    await observations.add(evaluated)
    return evaluated
  } finally {
    await undoAll(undo)
  }
}

function evaluate(
  { budget }: Case,
  measured: ComparedMeasurement,
  restarts: number | undefined,
  { enforceBudget }: CaseOptions,
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

async function deploy(
  session: Session,
  description: Case,
  components: Component[],
  report: ReportEvent,
  signal: AbortSignal,
): Promise<Map<string, RunningApp>> {
  const running = new Map<string, RunningApp>()
  const configuration = configurationOf(description)
  const { initApps, apps } = description
  for (const group of [initApps, apps].filter((list) => list.length > 0)) {
    report({ kind: 'step', what: `starting ${group.map(({ appName }) => appName).join(', ')}` })
    const deployment = { apps: group, components, configuration }
    for (const app of await session.deploy(deployment, signal)) running.set(app.name, app)
  }
  return running
}

/** The test function of a case with targets. */
function measureTargets({ targets, verify }: Case): (test: TestContext) => Promise<ComparedMeasurement> {
  return async (test) => {
    const measurement = await measure(test, targets as NonNullable<typeof targets>)
    return compare(measurement, await verify?.(test, measurement))
  }
}
