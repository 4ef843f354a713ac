import type { RunEvent } from '../model/event.js'
import type { AbResult } from '../results/ab-schema.js'
import type { Result } from '../results/schema.js'

/** A run of one or more cases. */
export interface RunInfo {
  runId: string
  /** Absolute path of the folder for its results. */
  folder: string
  cases: string[]
}

/** What is known of a case in the end: of a run, or of a comparison of two variants of Dapr. */
export type CaseResult = Result | AbResult

/** The end of a case. */
export interface CaseEnd<R extends CaseResult = CaseResult> {
  result: R
  /** Absolute path of the folder of its results. */
  folder: string
  /** The error that ended it, if any. */
  error?: Error
}

/**
 * Gets the events and results of a run. All methods but onEvent are awaited, for 5 s. One that fails, or takes longer, costs
 * a warning: the reporter is told nothing more, and the run goes on.
 */
export interface Reporter {
  onRunStart?(run: RunInfo): void | Promise<void>
  /** Called often, also before the run starts, while what it needs is checked and built; not awaited. A promise that rejects is as an error that is thrown. */
  onEvent?(event: RunEvent): void | Promise<void>
  onCaseEnd?(end: CaseEnd): void | Promise<void>
  onRunEnd?(run: RunInfo, ends: CaseEnd[]): void | Promise<void>
}
