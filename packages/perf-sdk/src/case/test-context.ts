import type { Params } from '../description/params.js'
import type { Target } from '../description/target.js'
import type { EngineResult, LoadOptions } from '../load-engine/load-engine.js'
import type { RunEvent } from '../model/event.js'
import type { MeasuredLoad } from '../model/measurement.js'
import type { UsageByApp } from '../model/usage.js'
import type { RunningApp } from '../platforms/platform.js'

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
  load(target: Target, options: LoadOptions): Promise<EngineResult>
  /** Starts measuring CPU and memory of the apps; the returned function stops and returns the usage. */
  startUsage(): Promise<() => Promise<UsageByApp>>
  /** Keeps a load for result.json. @returns the load with the file that the engine's own output was written to */
  keep(load: Omit<MeasuredLoad, 'file'> & { result: EngineResult }): Promise<MeasuredLoad>
  /**
   * Registers a cleanup step for the end of the case, whatever its outcome.
   *
   * @throws DaprPerfError once the end has begun, as where prepare has failed in a part and goes on in another
   */
  onFinished(undo: (signal: AbortSignal) => Promise<unknown>): void
}
