import type { App } from '../description/app.js'
import type { Environment } from '../model/environment.js'
import type { ReportEvent } from '../model/event.js'
import type { CpuSource } from '../model/usage.js'
import type { Deployment, Platform, RunningApp, Session, SessionOptions } from './platform.js'

/** A platform on which variants can run side by side. */
export interface VariantPlatform extends Platform {
  /** Opens a session for variants; see `open`. */
  openForVariants(options: SessionOptions, signal: AbortSignal): Promise<VariantSession>
}

/** A session in which variants run side by side, each with sidecars of its own. */
export interface VariantSession extends Session {
  /** How long the load of a block is to last, in seconds: the longer sidecars take to start, the more it is worth. */
  readonly loadSeconds: number
  /** Whether sidecars run on the machine of this process, whose load then says something about a block. */
  readonly isOnThisMachine: boolean
  /** Whether all variants share an app, which then is deployed without a sidecar, and before them. */
  isShared(app: App): boolean
  /**
   * Starts a variant beside others, which can't reach it: its sidecars, and the apps that it does not share. If something
   * of it ends by itself, the session fails with a VariantError.
   *
   * @returns it before it is ready
   */
  deployVariant(deployment: VariantDeployment): Promise<RunningVariant>
}

/** What makes up a variant: a daprd, and settings. */
export interface VariantDeployment extends Deployment {
  /** Its name, which is part of file names and labels. */
  name: string
  /** Path of the program, or on Kubernetes the reference of its image. */
  daprd: string
  /** The SHA-256 of the program, in hexadecimal, where it is known. */
  daprdSha256?: string | undefined
  /** Environment variables of its sidecars, besides those that the case gives them. */
  env: Record<string, string>
  /** Folder for the logs. */
  logs: string
  report: ReportEvent
}

/** The apps of a variant, whose sidecars have its variables. */
export const withSidecarVariables = (apps: App[], env: Record<string, string>): App[] =>
  apps.map((app) => ({ ...app, daprEnv: { ...app.daprEnv, ...env } }))

/** A variant that was started. Disposing of it ends it, but for shared apps. */
export interface RunningVariant extends AsyncDisposable {
  /** @throws DaprPerfError with the last lines of the logs if one of its apps and sidecars does not become ready */
  untilReady(signal: AbortSignal): Promise<void>
  /** The case's apps, with the sidecars of this variant. */
  apps: RunningApp[]
  /** A component's name in its sidecars. */
  componentName(name: string): string
  /** What it runs in, once it is ready. */
  environment(): Promise<Environment>
  /** What its sidecars have used since they were started. Read it while they are idle. */
  readCounters(): Promise<SidecarCounters>
}

/** What all sidecars of a variant have used since they were started, added up. */
export interface SidecarCounters {
  /** With those of the processes that they started, on the platform local. */
  cpuSeconds: number
  cpuSource: CpuSource
  /** CPU time by their own metric process_cpu_seconds_total; undefined where it isn't read beside another source. */
  ownCpuSeconds?: number | undefined
  /** How often the kernel took the processor away from a thread that could have run on; undefined if unknown. */
  involuntarySwitches?: number | undefined
  /** Anonymous memory that they have now, in bytes; undefined if unknown. */
  anonymousBytes?: number | undefined
  /** Objects and bytes that they have allocated on Go's heap, by their own metrics; undefined where these are off. */
  allocations?: number | undefined
  allocatedBytes?: number | undefined
}
