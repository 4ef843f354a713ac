import type { Component } from '../description/component.js'
import type { ParamOverrides, Params } from '../description/params.js'
import type { ReportEvent } from '../model/event.js'
import type { Platform, Session } from '../platforms/platform.js'
import type { Line, LineOf, Observations } from '../results/observations.js'
import type { Run } from '../results/run-file.js'
import type { StateStoreKind } from './components.js'
import type { EngineOf } from './engine.js'
import type { LoadedCase } from './find-cases.js'
import type { CaseResult, Reporter } from './reporter.js'

/** What each run has, however its cases are measured. */
export interface RunCasesOptions {
  platform: Platform
  /** Makes the loads; fortio by default. */
  engineOf?: EngineOf
  /** Folder for the results of all runs; each gets a folder of its own in it. */
  resultsFolder: string
  params: ParamOverrides
  /** The state store to use for components of type `state`. */
  stateStore: StateStoreKind
  reporters: Reporter[]
  signal: AbortSignal
}

/** A case that is being measured. */
export interface CaseOfPlan {
  loaded: LoadedCase
  params: Params
  runId: string
  /** How many cases the run has. */
  cases: number
  /** Folder for the results of this case. */
  folder: string
  platform: Platform
  engineOf: EngineOf
  stateStore: StateStoreKind
  observations: Observations
  /** When the user started it, by performance.now(). */
  startedAt: number
  signal: AbortSignal
  report: ReportEvent
}

/** A case whose session is open. */
export interface CaseInSession extends CaseOfPlan {
  session: Session
  /** With the run's choice of state store. */
  components: Component[]
  /** Aborted by the user, or when something of the session ends by itself. */
  signal: AbortSignal
}

/** The observation that ends a case. */
export type EndLine = LineOf<'end'> | LineOf<'ab-end'>
type WithoutTime<Line> = Line extends Line ? Omit<Line, 'endedAt'> : never
export type CaseEnding = WithoutTime<EndLine>

/** How the cases of a run are measured: their variants in rounds, or two variants of Dapr in blocks. */
export interface Plan<R extends CaseResult> {
  readonly command: Run['command']
  /** @throws InputError for a case that can't be measured so; nothing was built or started yet */
  check(loaded: LoadedCase, report: ReportEvent): void
  /** Provides what all cases need, once all of them were checked. */
  prepare(report: ReportEvent): Promise<Measuring<R>>
}

/** The parts of a case that a plan decides. */
export interface Measuring<R extends CaseResult> {
  /** What is known of a case before anything runs. */
  begin(ofCase: Omit<CaseOfPlan, 'observations'>): LineOf<'run' | 'ab'>
  /** What is to be warned of before anything runs, where it will run on this machine. */
  warnBefore(ofCase: CaseOfPlan): Promise<string[]>
  /** Measures a case, and records each observation as soon as it is made. */
  measure(ofCase: CaseInSession): Promise<CaseEnding>
  /** The end of a case that could not be finished. */
  unfinished(outcome: 'error' | 'interrupted', error: string): CaseEnding
  /** What is known only once the session has ended: a warning, or nothing. */
  warnAfter?(ofCase: CaseOfPlan): Promise<string | undefined>
  resultOf(lines: Line[]): R
}
