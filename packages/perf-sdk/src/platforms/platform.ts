import type { App } from '../description/app.js'
import type { Component } from '../description/component.js'
import type { Configuration } from '../description/configuration.js'
import type { DaprResource } from '../description/dapr-resource.js'
import type { Environment } from '../model/environment.js'
import type { ReportEvent } from '../model/event.js'
import type { UsageByApp } from '../model/usage.js'
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

/** Apps to run, and the settings of their sidecars. */
export interface Deployment {
  apps: App[]
  components: Component[]
  /** What they have besides these, such as a Resiliency; nothing by default. */
  resources?: DaprResource[]
  configuration: Configuration
}

/** One case on a platform. Disposing of it removes everything that it created. */
export interface Session extends AsyncDisposable {
  /** Aborted when an app or a sidecar ends by itself, with an error that says which one and why. */
  readonly failure: AbortSignal
  /** The tester's bearer token; new for each session. */
  readonly testerToken: string
  /** Starts the apps, all at the same time. @returns them once all of them and their sidecars are ready */
  deploy(deployment: Deployment, signal: AbortSignal): Promise<RunningApp[]>
  /** Provides what the case needs besides its apps, until the session ends. */
  use<T>(resource: Resource<T>, signal: AbortSignal): Promise<T>
  /** A component's name in the sidecars. */
  componentName(name: string): string
  /** Starts measuring CPU and memory of the apps; the returned function stops and returns the usage. */
  startUsage(): Promise<() => Promise<UsageByApp>>
  /** How often apps and sidecars were restarted; undefined where nothing is: what ends also ends the run. */
  restarts(): Promise<number | undefined>
  environment(): Promise<Environment>
}

/** An app that is ready. */
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
