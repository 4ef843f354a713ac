import type { RunEvent } from '../model/event.js'
import type { Result } from '../results/schema.js'

/** A run of one or more cases. */
export interface RunInfo {
  runId: string
  /** Absolute path of the folder for its results. */
  folder: string
  cases: string[]
}

/** The end of a case. */
export interface CaseEnd {
  result: Result
  /** Absolute path of the folder of its results. */
  folder: string
  /** The error that ended it, if any. */
  error?: Error
}

/**
 * Gets the events and results of a run. All methods but onEvent are awaited. After an error it is told nothing more, and the
 * run goes on.
 */
export interface Reporter {
  onRunStart?(run: RunInfo): void | Promise<void>
  /** Called often; not awaited. A promise that rejects is as an error that is thrown. */
  onEvent?(event: RunEvent): void | Promise<void>
  onCaseEnd?(end: CaseEnd): void | Promise<void>
  onRunEnd?(run: RunInfo, ends: CaseEnd[]): void | Promise<void>
}
