import { dirname, join } from 'node:path'
import { InterruptedError } from '@dapr-perf/errors'
import type { TestContext } from '../case/test-context.js'
import type { Case } from '../case/test-runner.js'
import { checkLoads } from '../checks/loads.js'
import { type ComparedMeasurement, compare } from '../compare/compare.js'
import type { Component } from '../description/component.js'
import { defaultConfiguration, mergeConfigurations } from '../description/configuration.js'
import { mergeParams } from '../description/params.js'
import { roundsFor } from '../measure/feasible.js'
import { measure } from '../measure/measure.js'
import { type ReportEvent, secondsSince } from '../model/event.js'
import { closeSession } from '../platforms/close-session.js'
import type { RunningApp, Session } from '../platforms/platform.js'
import { makeResultsFolder } from '../results/files.js'
import {
  type CaseRecord,
  unfinishedResult,
  writeResult,
  writeUnfinishedResult,
} from '../results/write-result.js'
import { newSeed } from '../statistics/seed.js'
import type { CaseOptions } from './case-options.js'
import { chooseComponents, isStateStore, scopeToCase } from './components.js'
import type { LoadedCase } from './find-cases.js'
import { appsOf, checkRequestSize } from './limits.js'
import { newTestContext } from './new-test-context.js'
import type { CaseEnd } from './reporter.js'
import { type Undo, undoAll } from './undo.js'

/** Runs one case. Whatever happens, it writes result.json and then tears down. */
export async function runCase(loaded: LoadedCase, options: CaseOptions): Promise<CaseEnd> {
  const { folder, report, signal } = options
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
  const record: CaseRecord = {
    name: loaded.name,
    runId: options.runId,
    case: loaded.case,
    params,
    seed: newSeed(),
    startedAt: new Date(),
    loads: [],
    checks: [],
    enforceBudget: options.enforceBudget,
  }
  let session: Session | undefined
  try {
    await makeResultsFolder(join(folder, 'logs'))
    for (const target of Object.values(loaded.case.targets ?? {}))
      checkRequestSize(target, params, appsOf(loaded.case))
    const { runId, platform } = options
    const caseFolder = dirname(loaded.file)
    session = await platform.open({ runId, folder, caseFolder, report }, signal)
    await runInSession(session, record, options)
    return { result: await writeResult(folder, record), folder }
  } catch (cause) {
    // After an app died, or Ctrl+C, show that, and not an error that it caused, such as a broken connection.
    const error = [signal, session?.failure].find((one) => one?.aborted)?.reason ?? cause
    const outcome = error instanceof InterruptedError ? 'interrupted' : 'error'
    if (outcome === 'error')
      report({ kind: 'note', what: `${loaded.name} could not be finished`, isEnd: true })
    const result = await writeUnfinishedResult(folder, record, outcome, error).catch(
      () => unfinishedResult(record, outcome, error), // for example a full disk: show the first error
    )
    return { result, folder, error }
  } finally {
    if (session) await closeSession(session, report)
  }
}

/** Deploys, prepares, loads, compares and checks, and records the result of each step. */
async function runInSession(session: Session, record: CaseRecord, options: CaseOptions): Promise<void> {
  const signal = AbortSignal.any([options.signal, session.failure])
  const { case: description } = record
  const chosen = await chooseComponents(description.components, {
    stateStore: options.stateStore,
    keyPrefix: options.runId,
    use: (resource) => session.use(resource, signal),
  })
  const components = scopeToCase(chosen, description)
  const apps = await deploy(session, description, components, options.report, signal)
  record.environment = await session.environment()
  const undo: Undo[] = []
  const { targets } = description
  const rounds = options.rounds ?? (targets ? roundsFor(record.params, targets) : 1)
  const test = newTestContext({
    session,
    record,
    options: { ...options, rounds },
    apps,
    components,
    undo,
    signal,
  })
  options.report({ kind: 'note', what: `apps are ready after ${secondsSince(options.startedAt)} s` })
  try {
    await description.prepare?.(test)
    const measured = await (description.test ?? measureTargets(description))(test)
    record.measured = measured
    record.checks = [...checkLoads(measured.summaries, await session.restarts()), ...measured.checks]
  } finally {
    await undoAll(undo)
  }
}

async function deploy(
  session: Session,
  { initApps, apps, configuration }: Case,
  components: Component[],
  report: ReportEvent,
  signal: AbortSignal,
): Promise<Map<string, RunningApp>> {
  const running = new Map<string, RunningApp>()
  const merged = mergeConfigurations(defaultConfiguration, configuration)
  for (const group of [initApps, apps].filter((list) => list.length > 0)) {
    report({ kind: 'step', what: `starting ${group.map(({ appName }) => appName).join(', ')}` })
    const deployment = { apps: group, components, configuration: merged }
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
