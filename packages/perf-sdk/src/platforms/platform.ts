import type { ReportProgress } from '../runner/progress.js'
import type { App, Component } from './descriptions.js'

/** What a process, or a container, used between two moments. */
export interface Usage {
  /** CPU time, in seconds, of user and kernel together. */
  cpuSeconds: number
  /** The most resident memory seen, in bytes. */
  peakMemoryBytes: number
}

/** Usage by app: of the app itself and, where it has one, of its sidecar. */
export type UsageByApp = Record<string, { app: Usage; sidecar?: Usage }>

/** What decides the figures besides the parameters; it goes into result.json as it is. */
export interface Environment {
  platform: string
  versions: { daprd: string; node: string }
  /** The machine, where all runs on one. */
  host?: { os: string; cpuModel: string; cores: number; memoryBytes: number; loadAverage: number[] }
  /** The cluster, where it runs on one. */
  cluster?: { kubernetes: string; context: string; namespace: string; nodes: ClusterNode[] }
  dapr: { mtls: boolean; apiLogging: boolean; metrics: boolean; tracing: boolean; nameResolution: string }
}

/** A node on which apps stand: its name, and what more its cluster tells this user. */
export interface ClusterNode {
  name: string
  os?: string
  kubelet?: string
  instanceType?: string
  cores?: number
  memoryBytes?: number
}

export interface PlatformOptions {
  runId: string
  /** Folder for the results of this case. */
  folder: string
  report: ReportProgress
}

/**
 * Where apps run. The runner calls setup, addComponents and addApps in this order, and tearDown always,
 * whatever happened before it.
 */
export interface Platform {
  /** Aborted, with an error that says who and why, when an app or a sidecar ended by itself. */
  readonly failure: AbortSignal
  /** The secret that the tester asks for; new for each run. */
  readonly testerToken: string

  setup(signal: AbortSignal): Promise<void>
  addComponents(components: Component[]): Promise<void>
  /** Starts the apps, all at the same time, and returns once each of them and its sidecar is ready. */
  addApps(apps: App[], signal: AbortSignal): Promise<void>
  /** Base URL under which this process reaches an app that has ingressEnabled. */
  acquireAppExternalURL(appName: string): Promise<string>
  /**
   * Translates a URL as it stands in a case (`http://testapp:3000/test`, `http://127.0.0.1:3500/v1.0/…` for the
   * app's own sidecar) into the one that the app `from` has to call here. Of a URL without an app (`redis://…`) nothing
   * changes.
   */
  resolveURL(url: string, from: string): string
  /** The Dapr app id under which an app runs here. */
  appId(appName: string): string
  /** The name under which the sidecars know a component here. */
  componentName(name: string): string
  /**
   * Base URL under which this process reaches an app's sidecar: Dapr's HTTP API, or its metrics in Prometheus' format
   * under `/metrics`.
   */
  acquireSidecarURL(appName: string, port: 'http' | 'metrics'): Promise<string>
  /**
   * HOST:PORT of a Redis that apps and sidecars reach, there until teardown.
   *
   * @throws InputError where there is none to be had
   */
  acquireRedis(signal: AbortSignal): Promise<string>
  /** The app behind a URL of acquireAppExternalURL, and the last lines of its logs, for an error message. */
  describeApp(url: string): Promise<string>
  /** Begins to measure what the apps use; the function it returns ends that and answers the figures. */
  measureUsage(): Promise<() => Promise<UsageByApp>>
  /** How often apps and sidecars were restarted. */
  restarts(): Promise<number>
  environment(): Promise<Environment>
  tearDown(): Promise<void>
}
