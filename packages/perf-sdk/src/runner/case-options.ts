import type { ParamOverrides } from '../description/params.js'
import type { ReportEvent } from '../model/event.js'
import type { Platform } from '../platforms/platform.js'
import type { StateStoreKind } from './components.js'
import type { EngineOf } from './engine.js'

export interface CaseOptions {
  runId: string
  platform: Platform
  engineOf: EngineOf
  /** Folder for the results of this case. */
  folder: string
  params: ParamOverrides
  /** The state store to use for components of type `state`. */
  stateStore: StateStoreKind
  /** Number of rounds that each variant's time is split into; by default see roundsFor. */
  rounds?: number | undefined
  enforceBudget: boolean
  /** When the user started it, by performance.now(). */
  startedAt: number
  signal: AbortSignal
  report: ReportEvent
}
