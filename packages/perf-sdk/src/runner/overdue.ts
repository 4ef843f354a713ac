import type { ReportEvent } from '../model/event.js'

const everyMs = 10_000
const checkEveryMs = 1_000

/** Reports every 10 s that a load has no result yet, once it should have ended. Dispose of it when the load ends. */
export function reportOverdue(what: string, seconds: number, report: ReportEvent): Disposable {
  const due = performance.now() + seconds * 1000
  let nextReport = due + everyMs
  const timer = setInterval(() => {
    const now = performance.now()
    if (now < nextReport) return
    nextReport += everyMs
    const late = Math.floor((now - due) / 1000)
    report({ kind: 'note', what: `${what}: no result yet, ${late} s after it should have ended` })
  }, checkEveryMs)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
