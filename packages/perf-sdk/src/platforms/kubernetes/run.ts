import type { Cluster, LiveList } from '@dapr-perf/kubernetes'
import type { KubernetesSettings } from '@dapr-perf/kubernetes/settings'
import type { V1Deployment, V1OwnerReference, V1Pod, V1Service } from '@kubernetes/client-node'
import type { ReportEvent } from '../../events.js'
import type { RunNames } from './names.js'
import type { PodLogs } from './pod-logs.js'
import type { PodPort } from './port-forward.js'
import type { Watched } from './waiting.js'

/** What all objects of a run share. */
export interface Run {
  runId: string
  names: RunNames
  settings: KubernetesSettings
  /** Whether the namespace enforces Pod Security's level restricted. */
  restricted: boolean
  /** The run's Lease; Kubernetes deletes what it owns together with it. */
  owner: V1OwnerReference
}

/** What a run holds in a cluster. */
export interface RunHandles extends Run {
  cluster: Cluster
  pods: LiveList<V1Pod>
  deployments: LiveList<V1Deployment>
  services: LiveList<V1Service>
  nodes: Watched['nodes']
  logs: PodLogs
  /** Ports of this machine that are forwarded to pods. */
  ports: PodPort[]
  report: ReportEvent
  signal: AbortSignal
}
