import type { RunEvent } from '../events.js'
import type { LoadOptions, LoadResult } from '../load-engine/load-engine.js'
import type { MeasuredLoad } from '../measure/measurement.js'
import type { RunningApp, UsageByApp } from '../platforms/platform.js'
import type { Params } from './params.js'
import type { Target } from './target.js'

/** The context that the functions of a case get. */
export interface TestContext {
  params: Params
  /** Number of rounds of a measurement. */
  rounds: number
  /** The apps of the case, running, by their names. */
  apps: ReadonlyMap<string, RunningApp>
  /** Aborted when the run has to end: an app died, or the user interrupted it. */
  signal: AbortSignal
  report(event: RunEvent): void
  /** The name that a component of the case has on the platform. */
  componentName(name: string): string
  /**
   * Makes one load.
   *
   * @throws DaprPerfError if it fails
   */
  load(target: Target, options: LoadOptions): Promise<LoadResult>
  /** Starts measuring CPU and memory of the apps; the returned function stops and returns the usage. */
  startUsage(): Promise<() => Promise<UsageByApp>>
  /** Keeps a load for result.json. @returns the load with the file that the engine's own output was written to */
  keep(load: Omit<MeasuredLoad, 'file'>): Promise<MeasuredLoad>
  /** Registers a cleanup step for the end of the case, whatever its outcome. */
  onFinished(undo: (signal: AbortSignal) => Promise<unknown>): void
}
