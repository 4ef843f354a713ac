import type { RunEvent } from '../model/event.js'
import type { CaseEnd, Reporter, RunInfo } from './reporter.js'

/**
 * Tells all reporters what happens. One that throws, or whose promise rejects, is told nothing more, and stops neither the
 * run nor the others.
 */
export class Reporters {
  readonly #errors: unknown[] = []
  #reporters: Reporter[]

  constructor(reporters: Reporter[]) {
    this.#reporters = reporters
  }

  event(event: RunEvent): void {
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

  /** @throws the first error of a reporter in this run */
  async runEnd(run: RunInfo, ends: CaseEnd[]): Promise<void> {
    await this.#tell((reporter) => reporter.onRunEnd?.(run, ends))
    if (this.#errors.length > 0) throw this.#errors[0]
  }

  async #tell(call: (reporter: Reporter) => void | Promise<void>): Promise<void> {
    for (const reporter of this.#reporters) {
      try {
        await call(reporter)
      } catch (error) {
        this.#drop(reporter, error)
      }
    }
  }

  #drop(reporter: Reporter, error: unknown): void {
    this.#reporters = this.#reporters.filter((other) => other !== reporter)
    this.#errors.push(error)
  }
}
