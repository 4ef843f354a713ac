import type { Cluster } from '@dapr-perf/kubernetes'
import type { KubernetesSettings } from '@dapr-perf/kubernetes/settings'
import type { ManagedProcess, ProcessOptions } from '../process/managed-process.js'

/** Something that a case needs besides its apps, such as Redis, and how each platform provides it. */
export interface Resource<T> {
  name: string
  local(host: LocalHost): Promise<T>
  kubernetes(host: KubernetesHost): Promise<T>
}

/** What a resource can use on the local platform. */
export interface LocalHost {
  signal: AbortSignal
  reservePort(): Promise<number>
  /** Starts a process that is stopped at the end of the session, and that ends the run if it dies. */
  startProcess(options: Omit<ProcessOptions, 'env' | 'logFile'>): ManagedProcess
}

/** What a resource can use on Kubernetes. */
export interface KubernetesHost {
  signal: AbortSignal
  cluster: Cluster
  settings: KubernetesSettings
}
