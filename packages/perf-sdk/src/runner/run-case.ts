import { dirname, join } from 'node:path'
import { describeError, InterruptedError, keepFurther } from '@dapr-perf/errors'
import { mergeParams, type ParamOverrides } from '../description/params.js'
import { closeSession } from '../platforms/close-session.js'
import type { Session } from '../platforms/platform.js'
import { makeResultsFolder, writeJsonFile } from '../results/files.js'
import { Observations, warningsOf } from '../results/observations.js'
import { chooseComponents, isStateStore } from './components.js'
import type { CaseEnding, CaseInSession, CaseOfPlan, Measuring } from './plan.js'
import type { CaseEnd, CaseResult } from './reporter.js'

/** Runs one case. Whatever happens, it writes result.json and then tears down. */
export async function runCase<R extends CaseResult>(
  given: Omit<CaseOfPlan, 'params' | 'observations'>,
  overrides: ParamOverrides,
  measuring: Measuring<R>,
): Promise<CaseEnd<R>> {
  const { loaded, folder } = given
  const { params, ignored } = mergeParams(loaded.case.params, overrides)
  noteIgnored(given, ignored)
  const observations = new Observations(folder, measuring.begin({ ...given, params }))
  const ofCase: CaseOfPlan = { ...given, params, observations }
  const end = await measureAndTearDown(ofCase, measuring)
  const warning = await measuring.warnAfter?.(ofCase)
  if (warning === undefined) return end
  const store = async () => {
    await observations.add({ kind: 'warning', what: warning })
    await writeJsonFile(join(folder, 'result.json'), measuring.resultOf(observations.lines))
  }
  await store().catch(() => {}) // for example a full disk: it is shown all the same
  return { ...end, result: { ...end.result, ...warningsOf(observations.lines) } }
}

async function measureAndTearDown<R extends CaseResult>(
  ofCase: CaseOfPlan,
  measuring: Measuring<R>,
): Promise<CaseEnd<R>> {
  const { loaded, folder, observations, report, signal } = ofCase
  let session: Session | undefined
  try {
    await makeResultsFolder(join(folder, 'logs'))
    await observations.begin()
    if (ofCase.platform.name === 'local')
      for (const what of await measuring.warnBefore(ofCase)) {
        report({ kind: 'note', what })
        await observations.add({ kind: 'warning', what })
      }
    session = await openSession(ofCase)
    const ending = await measuring.measure(await inSession(session, ofCase))
    return { result: await writeResult(ending, ofCase, measuring), folder }
  } catch (cause) {
    // After an app died, or Ctrl+C, show that, and not an error that it caused, such as a broken connection.
    const error = [signal, session?.failure].find((one) => one?.aborted)?.reason ?? cause
    keepFurther(error, cause)
    const outcome = error instanceof InterruptedError ? 'interrupted' : 'error'
    if (outcome === 'error')
      report({ kind: 'note', what: `${loaded.name} could not be finished`, isEnd: true })
    const result = await writeResult(
      measuring.unfinished(outcome, describeError(error)),
      ofCase,
      measuring,
    ).catch(
      () => measuring.resultOf(observations.lines), // for example a full disk: show the first error
    )
    return { result, folder, error }
  } finally {
    if (session) await closeSession(session, report)
  }
}

const openSession = ({ loaded, platform, runId, folder, report, signal }: CaseOfPlan): Promise<Session> =>
  platform.open({ runId, folder, caseFolder: dirname(loaded.file), report }, signal)

async function inSession(session: Session, ofCase: CaseOfPlan): Promise<CaseInSession> {
  const signal = AbortSignal.any([ofCase.signal, session.failure])
  const components = await chooseComponents(ofCase.loaded.case.components, {
    stateStore: ofCase.stateStore,
    keyPrefix: ofCase.runId,
    use: (resource) => session.use(resource, signal),
  })
  return { ...ofCase, session, components, signal }
}

/** Records the end of a case, and writes result.json. */
async function writeResult<R extends CaseResult>(
  ending: CaseEnding,
  { folder, observations }: CaseOfPlan,
  measuring: Measuring<R>,
): Promise<R> {
  await observations.add({ ...ending, endedAt: new Date().toISOString() })
  const result = measuring.resultOf(observations.lines)
  await writeJsonFile(join(folder, 'result.json'), result)
  return result
}

function noteIgnored(
  { loaded, stateStore, report }: Omit<CaseOfPlan, 'params' | 'observations'>,
  ignored: string[],
): void {
  for (const what of ignored)
    report({ kind: 'note', what: `${loaded.name} sends no body, so this is ignored: ${what}` })
  if (stateStore !== 'in-memory' && !loaded.case.components.some(isStateStore))
    report({ kind: 'note', what: `${loaded.name} has no state store, so this is ignored: ${stateStore}` })
}
