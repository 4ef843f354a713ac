import type { App } from '../description/app.js'
import type { Component } from '../description/component.js'
import type { Configuration } from '../description/configuration.js'
import type { DaprResource } from '../description/dapr-resource.js'
import type { Environment } from '../model/environment.js'
import type { ReportEvent } from '../model/event.js'
import type { CpuSource, UsageByApp } from '../model/usage.js'
import type { Resource } from './resource.js'

/** Where apps run. */
export interface Platform {
  readonly name: Environment['platform']
  /**
   * Opens a session: what a case needs before its apps. If it fails, it cleans up after itself.
   *
   * @throws DaprPerfError that says what is missing, and the signal's reason
   */
  open(options: SessionOptions, signal: AbortSignal): Promise<Session>
}

export interface SessionOptions {
  runId: string
  /** Folder for the results of the case. */
  folder: string
  /** The folder of the case's file, the working folder of apps that have a `command`. */
  caseFolder: string
  report: ReportEvent
}

/** One case on a platform. Disposing of it removes everything that it created. */
export interface Session extends AsyncDisposable {
  /**
   * Aborted when an app or a sidecar ends by itself, with an error that says which one and why: a VariantError if it is a
   * variant's.
   */
  readonly failure: AbortSignal
  /** The tester's bearer token; new for each session. */
  readonly testerToken: string
  /** How long the load of a block is to last, in seconds: the longer sidecars take to start, the more it is worth. */
  readonly loadSeconds: number
  /** Whether sidecars run on the machine of this process, whose load then says something about them. */
  readonly isOnThisMachine: boolean
  /** Whether variants can share an app. */
  isShared(app: App): boolean
  /** Provides what the case needs besides its apps, until the session ends. */
  use<T>(resource: Resource<T>, signal: AbortSignal): Promise<T>
  /**
   * Starts apps and their sidecars.
   *
   * @returns them before they are ready, but for the initApps
   * @throws DaprPerfError if something can't be started: nothing of it is left
   */
  start(deployment: Deployment, signal: AbortSignal): Promise<RunningDeployment>
}

/** What runs for one variant: apps, and the settings of their sidecars. */
export interface Deployment {
  /**
   * Its variant, if it is one of several that run side by side, and can't reach each other. It uses the apps of the
   * deployment without a variant that was started before it, and its name is part of file names and labels.
   */
  variant?: string | undefined
  /** Ready before the other apps are started. */
  initApps: App[]
  apps: App[]
  components: Component[]
  /** What the sidecars have besides these, such as a Resiliency; nothing by default. */
  resources?: DaprResource[]
  configuration: Configuration
  /** By default the platform's own: the version that is pinned, or that the cluster has. */
  daprd?: DaprdFile | undefined
  /** Folder for the logs. */
  logs: string
  report: ReportEvent
}

export interface DaprdFile {
  /** Path of the program, or on Kubernetes the reference of its image. */
  path: string
  /** The SHA-256 of the program, in hexadecimal, where it is known. */
  sha256?: string | undefined
}

/** A deployment that was started. Disposing of it ends it, but for what it shares with others. */
export interface RunningDeployment extends AsyncDisposable {
  /** @throws DaprPerfError with the last lines of the logs if one of its apps and sidecars does not become ready */
  untilReady(signal: AbortSignal): Promise<void>
  /** Its apps, and those that it shares. */
  readonly apps: RunningApp[]
  /** A component's name in its sidecars. */
  componentName(name: string): string
  /** What it runs in, once it is ready. */
  environment(): Promise<Environment>
  /** Starts measuring CPU and memory of its apps; the returned function stops and returns the usage. */
  startUsage(): Promise<() => Promise<UsageByApp>>
  /** How often its apps and sidecars were restarted; undefined where nothing is: what ends also ends the run. */
  restarts(): Promise<number | undefined>
  /** What its sidecars have used since they were started. Read it while they are idle. */
  readCounters(): Promise<SidecarCounters>
}

/** An app that was started. What its addresses are may be known only once its deployment is ready. */
export interface RunningApp {
  /** Its name in the case. */
  name: string
  /** Its Dapr app id. */
  appId: string
  /** Base URL at which the other apps of the session reach it. */
  url: string
  sidecar?: RunningSidecar
  /** Base URL at which this process reaches it. @throws InputError if it has no ingressEnabled */
  acquireExternalURL(): Promise<string>
  /** The last lines of its logs and its sidecar's, for an error message. */
  lastLines(): Promise<string>
}

export interface RunningSidecar {
  /** Base URLs of Dapr's APIs, as its app reaches them. */
  http: string
  grpc: string
  /** The token that these require of each request, if any: in a header, or metadata, dapr-api-token. No result has it. */
  apiToken?: string | undefined
  /** Base URL at which this process reaches Dapr's HTTP API, or the metrics (under `/metrics`). */
  acquireExternalURL(port: 'http' | 'metrics'): Promise<string>
}

/** What all sidecars of a deployment have used since they were started, added up. */
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

/** All apps of a deployment or a case. */
export const appsOf = ({ initApps, apps }: Pick<Deployment, 'initApps' | 'apps'>): App[] => [
  ...initApps,
  ...apps,
]
