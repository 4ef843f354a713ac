import { withTimeout } from '@dapr-perf/errors'
import type { RunEvent } from '../model/event.js'
import type { CaseEnd, Reporter, RunInfo } from './reporter.js'

const longestMs = 5_000

/** Tells all reporters what happens. One that fails, or takes longer than 5 s, is told nothing more, of which it warns. */
export class Reporters {
  #reporters: Reporter[]

  /** @param warn is told of a reporter that failed when there is no other one */
  constructor(
    reporters: Reporter[],
    private readonly warn: (text: string) => void = (text) => process.emitWarning(text),
  ) {
    this.#reporters = reporters
  }

  event = (event: RunEvent): void => {
    for (const reporter of this.#reporters) {
      try {
        Promise.resolve(reporter.onEvent?.(event)).catch((error) => this.#drop(reporter, error))
      } catch (error) {
        this.#drop(reporter, error)
      }
    }
  }

  runStart = (run: RunInfo) => this.#tell((reporter) => reporter.onRunStart?.(run))

  caseEnd = (end: CaseEnd) => this.#tell((reporter) => reporter.onCaseEnd?.(end))

  runEnd = (run: RunInfo, ends: CaseEnd[]) => this.#tell((reporter) => reporter.onRunEnd?.(run, ends))

  async #tell(call: (reporter: Reporter) => void | Promise<void>): Promise<void> {
    for (const reporter of this.#reporters) {
      try {
        await withTimeout(longestMs, undefined, (late) => Promise.race([call(reporter), rejectAt(late)]))
      } catch (error) {
        this.#drop(reporter, error)
      }
    }
  }

  #drop(reporter: Reporter, error: unknown): void {
    if (!this.#reporters.includes(reporter)) return
    this.#reporters = this.#reporters.filter((other) => other !== reporter)
    const what = `a reporter failed, and is told nothing more: ${error instanceof Error ? error.message : error}`
    if (this.#reporters.length === 0) this.warn(what)
    else this.event({ kind: 'note', what })
  }
}

const rejectAt = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
