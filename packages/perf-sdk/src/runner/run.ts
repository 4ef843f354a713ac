import { join } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import { mergeParams, type ParamOverrides, withParamOverrides } from '../description/params.js'
import { checkFeasible, roundsFor } from '../measure/feasible.js'
import type { RunEvent } from '../model/event.js'
import type { Platform } from '../platforms/platform.js'
import { makeResultsFolder, newRunId, pointLatestTo } from '../results/files.js'
import { writeRun } from '../results/run-file.js'
import type { StateStoreKind } from './components.js'
import { type EngineOf, fortioOf } from './engine.js'
import { type FoundCase, type LoadedCase, loadCase } from './find-cases.js'
import type { CaseEnd, Reporter } from './reporter.js'
import { Reporters } from './reporters.js'
import { runCase } from './run-case.js'

export interface RunOptions {
  platform: Platform
  /** Makes the loads; fortio by default. */
  engineOf?: EngineOf
  /** Folder for the results of all runs; each gets a folder of its own in it. */
  resultsFolder: string
  params: ParamOverrides
  stateStore: StateStoreKind
  /** By default see roundsFor. */
  rounds?: number | undefined
  enforceBudget: boolean
  reporters: Reporter[]
  signal: AbortSignal
}

/**
 * Runs cases, one after the other. If one can't be finished, the others still run; the signal stops all of them.
 *
 * @returns the end of each case that was started
 * @throws InputError if a case can't be loaded or its loads can't be made, before the first one is run
 */
export async function run(found: FoundCase[], options: RunOptions): Promise<CaseEnd[]> {
  const { resultsFolder, signal } = options
  const reporters = new Reporters(options.reporters)
  const cases = []
  for (const one of found) cases.push(await loadCase(one))
  for (const loaded of cases) checkLoadsOf(loaded, options)
  const runId = newRunId()
  const folder = join(resultsFolder, runId)
  await makeResultsFolder(folder)
  await writeRun(folder, { run: runId, command: 'run', cases: cases.map(({ name }) => name) })
  const hasLatest = await pointLatestTo(resultsFolder, runId)
  const info = { runId, folder, cases: cases.map(({ name }) => name) }
  await reporters.runStart(info)
  if (!hasLatest) {
    const what = `${join(resultsFolder, 'latest')} can't be a symbolic link, so it does not point to this run: ${folder}`
    reporters.event({ kind: 'note', what })
  }

  const ends: CaseEnd[] = []
  let startedAt = 0 // of the first case: when this process started
  for (const loaded of cases) {
    if (signal.aborted) break
    const caseOptions = {
      runId,
      platform: options.platform,
      engineOf: options.engineOf ?? fortioOf,
      folder: join(folder, loaded.name),
      params: options.params,
      stateStore: options.stateStore,
      rounds: options.rounds,
      enforceBudget: options.enforceBudget,
      startedAt,
      signal,
      report: (event: RunEvent) => reporters.event(event),
    }
    const end = await withParamOverrides(options.params, () => runCase(loaded, caseOptions))
    ends.push(end)
    await reporters.caseEnd(end)
    startedAt = performance.now()
  }
  await reporters.runEnd(info, ends)
  return ends
}

/** A case with a test function of its own makes its loads as it likes: they are checked when it does. */
function checkLoadsOf(
  { name, case: { params, targets } }: LoadedCase,
  { params: overrides, rounds }: RunOptions,
) {
  if (!targets) return
  try {
    const merged = mergeParams(params, overrides).params
    checkFeasible(merged, rounds ?? roundsFor(merged, targets), targets)
  } catch (error) {
    throw new InputError(`${name}: ${(error as Error).message}`, { cause: error })
  }
}
