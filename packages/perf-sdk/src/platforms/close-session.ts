import { type ReportEvent, secondsSince } from '../model/event.js'

/** Disposes of a session. An error is only reported: it replaces neither a result nor an earlier error. */
export async function closeSession(session: AsyncDisposable, report: ReportEvent): Promise<void> {
  const started = performance.now()
  try {
    report({ kind: 'step', what: 'tearing down' })
    await session[Symbol.asyncDispose]()
    report({ kind: 'note', what: `torn down after ${secondsSince(started)} s` })
  } catch (error) {
    const what = `teardown failed: ${(error as Error).message}\nThe next run on this platform, or \`dapr-perf clean\` with its --platform, removes what remains`
    report({ kind: 'note', what })
  }
}
