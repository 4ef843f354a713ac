import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { type CaseEnd, type Reporter, type RunEvent, type RunInfo, writeResultsFile } from 'perf-sdk/runner'
import { ProgressDisplay } from './progress-display.js'
import { runReport } from './run-report.js'

/** Shows a run at the terminal: progress on standard error, results on standard output. */
export class TerminalReporter implements Reporter, Disposable {
  readonly #display = new ProgressDisplay()

  onEvent(event: RunEvent): void {
    this.#display.report(event)
  }

  /** If the only case could not be finished, the command itself shows the error. */
  async onRunEnd({ folder, cases }: RunInfo, ends: CaseEnd[]): Promise<void> {
    this[Symbol.dispose]()
    const text = runReport(ends, cases.length)
    const isMeasured = ends.some(({ result }) => result.comparisons.length > 0)
    if (ends.length > 1 || !ends[0]?.error || isMeasured) console.log(text)
    await writeResultsFile(join(folder, 'report.txt'), stripVTControlCharacters(text)).catch((error) => {
      if (!ends.some((end) => end.error)) throw error
    })
  }

  [Symbol.dispose](): void {
    this.#display[Symbol.dispose]()
  }
}
