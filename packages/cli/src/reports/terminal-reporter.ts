import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import {
  type CaseEnd,
  type CaseResult,
  type Reporter,
  type RunEvent,
  type RunInfo,
  writeResultsFile,
} from 'perf-sdk/runner'
import { ProgressDisplay } from '../terminal/progress-display.js'
import { overviewOf } from './overview.js'
import { reportOf } from './report-of.js'

/** Shows a run at the terminal: progress on standard error, and the result of each case on standard output when it ends. */
export class TerminalReporter implements Reporter, Disposable {
  readonly #display = new ProgressDisplay()
  #cases = 0

  onRunStart({ cases }: RunInfo): void {
    this.#cases = cases.length
  }

  onEvent(event: RunEvent): void {
    this.#display.report(event)
  }

  async onCaseEnd({ result, folder, error }: CaseEnd): Promise<void> {
    this[Symbol.dispose]()
    const text = reportOf(result, folder)
    // If the only case of a run could not be finished, the command itself shows the error.
    if (this.#cases > 1 || !error || isMeasured(result)) console.log(text)
    await this.#keep(text, folder)
  }

  async onRunEnd({ folder, cases }: RunInfo, ends: CaseEnd[]): Promise<void> {
    this[Symbol.dispose]()
    const results = ends.map((end) => end.result)
    const overview = overviewOf(results, cases.length)
    if (overview) console.log(overview)
    const texts = ends.map((end) => reportOf(end.result, end.folder))
    await this.#keep([...texts, ...(overview ? [overview] : [])].join('\n'), folder)
  }

  /** What can't be kept was shown. */
  async #keep(text: string, folder: string): Promise<void> {
    await writeResultsFile(join(folder, 'report.txt'), stripVTControlCharacters(text)).catch((error) =>
      this.onEvent({ kind: 'note', what: (error as Error).message }),
    )
  }

  [Symbol.dispose](): void {
    this.#display[Symbol.dispose]()
  }
}

const isMeasured = (result: CaseResult) => 'kind' in result || Object.keys(result.variants).length > 0
