import type { Deployment, RunningApp, Session } from './platform.js'

/** A session in which variants run side by side: each with sidecars of its own, of the same app ids. */
export interface VariantSession extends Session {
  /**
   * Starts the sidecars of a variant beside those of others, which can't reach them. Our own apps, which the session has
   * deployed without sidecars, are shared by all variants; an app of one's own may call its sidecar, so that each variant
   * runs it for itself. If one of its processes ends by itself, the session fails with a VariantError.
   *
   * @returns it once its processes were started
   */
  deployVariant(deployment: VariantDeployment): Promise<RunningVariant>
}

/** What makes up a variant: a daprd, and settings. */
export interface VariantDeployment extends Deployment {
  /** Its name, which is part of file names. */
  name: string
  /** Path of the program. */
  daprd: string
  /** Environment variables of its sidecars, besides those that the case gives them. */
  env: Record<string, string>
  /** Folder for the logs. */
  logs: string
}

/** A variant whose processes were started. Disposing of it ends them, but for shared apps. */
export interface RunningVariant extends AsyncDisposable {
  /** @throws VariantError with the last lines of the logs if its apps and sidecars are not ready within 30 s */
  untilReady(signal: AbortSignal): Promise<void>
  /** The case's apps, with the sidecars of this variant. */
  apps: RunningApp[]
  /** What its sidecars have used since they were started. Read it while they are idle. */
  readCounters(): Promise<SidecarCounters>
}

/** What all sidecars of a variant have used since they were started, added up. */
export interface SidecarCounters {
  cpuSeconds: number
  cpuSource: CpuSource
  /** How often the kernel took the processor away from a thread that could have run on; undefined if unknown. */
  involuntarySwitches?: number | undefined
  /** Anonymous memory that they have now, in bytes; undefined if unknown. */
  anonymousBytes?: number | undefined
  /** Objects and bytes that they have allocated on Go's heap, by their own metrics; undefined where these are off. */
  allocations?: number | undefined
  allocatedBytes?: number | undefined
}

/**
 * Where CPU times come from: the kernel's scheduler statistics of each thread, in nanoseconds, or /proc/PID/stat, in
 * hundredths of a second.
 */
export type CpuSource = 'schedstat' | 'stat' | 'ps'
