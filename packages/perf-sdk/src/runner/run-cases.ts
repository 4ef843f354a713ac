import { join } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import { withParamOverrides } from '../description/params.js'
import { reportAbout } from '../model/event.js'
import { makeResultsFolder, newRunId, pointLatestTo } from '../results/files.js'
import { writeRun } from '../results/run-file.js'
import { fortioOf } from './engine.js'
import { type FoundCase, loadCase } from './find-cases.js'
import type { Plan, RunCasesOptions } from './plan.js'
import type { CaseEnd, CaseResult } from './reporter.js'
import { Reporters } from './reporters.js'
import { runCase } from './run-case.js'

/**
 * Runs cases, one after the other. If one can't be finished, the others still run; the signal stops all of them.
 *
 * @returns the end of each case that was started
 * @throws InputError if a case can't be loaded or measured, before anything is built or started; what the plan's
 * preparation throws
 */
export async function runCases<R extends CaseResult>(
  found: FoundCase[],
  plan: Plan<R>,
  options: RunCasesOptions,
): Promise<CaseEnd<R>[]> {
  const { resultsFolder, params, signal, engineOf = fortioOf, platform, stateStore } = options
  const reporters = new Reporters(options.reporters)
  const cases = []
  for (const one of found) cases.push(await loadCase(one))
  const problems = cases.flatMap((loaded) => {
    try {
      plan.check(loaded, reportAbout({ case: loaded.name }, reporters.event))
      return []
    } catch (error) {
      return `${loaded.name}: ${(error as Error).message}`
    }
  })
  if (problems.length > 0) throw new InputError(problems.join('\n'))
  const measuring = await plan.prepare(reporters.event)

  const runId = newRunId()
  const folder = join(resultsFolder, runId)
  const names = cases.map(({ name }) => name)
  await makeResultsFolder(folder)
  await writeRun(folder, { run: runId, command: plan.command, cases: names })
  const hasLatest = await pointLatestTo(resultsFolder, runId)
  const info = { runId, folder, cases: names }
  await reporters.runStart(info)
  if (!hasLatest) {
    const what = `${join(resultsFolder, 'latest')} can't be a symbolic link, so it does not point to this run: ${folder}`
    reporters.event({ kind: 'note', what })
  }

  const ends: CaseEnd<R>[] = []
  let startedAt = 0 // of the first case: when this process started
  for (const loaded of cases) {
    if (signal.aborted) break
    const ofCase = {
      loaded,
      runId,
      cases: cases.length,
      folder: join(folder, loaded.name),
      platform,
      engineOf,
      stateStore,
      startedAt,
      signal,
      report: reportAbout({ case: loaded.name }, reporters.event),
    }
    const end = await withParamOverrides(params, () => runCase(ofCase, params, measuring))
    ends.push(end)
    await reporters.caseEnd(end)
    startedAt = performance.now()
  }
  await reporters.runEnd(info, ends)
  return ends
}
