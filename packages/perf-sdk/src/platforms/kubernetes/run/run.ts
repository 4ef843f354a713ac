import type { Cluster, LiveList } from '@dapr-perf/kubernetes'
import type { KubernetesSettings } from '@dapr-perf/kubernetes/settings'
import type { V1Deployment, V1OwnerReference, V1Pod, V1Service } from '@kubernetes/client-node'
import type { ReportEvent } from '../../../model/event.js'
import type { PodPort } from '../access/port-forward.js'
import type { PodLogs } from '../pods/pod-logs.js'
import type { Watched } from '../pods/waiting.js'
import type { RunNames } from './names.js'

/** What all objects of a run share. */
export interface Run {
  runId: string
  names: RunNames
  settings: KubernetesSettings
  /** Whether the namespace enforces Pod Security's level restricted. */
  restricted: boolean
  /** The run's Lease; Kubernetes deletes what it owns together with it. */
  owner: V1OwnerReference
  part?: RunPart
}

/** A deployment of a run: the only one, or one of a variant in a block, or of what all variants share. */
export interface RunPart {
  /** The value of its label: `a3` for variant a in the third block, `main` without a variant. */
  label: string
  /** How the sidecars differ from those of a run without variants. */
  sidecars?: {
    image: string
    /** Where the sidecar of the load generator listens: on localhost, and to pods without a sidecar. */
    listenAddresses: string
  }
  /** The node that its pods run on. */
  node?: string
}

/** What all deployments of a run need of a cluster. */
export interface RunBase extends Run {
  cluster: Cluster
  nodes: Watched['nodes']
  signal: AbortSignal
}

/** What a deployment holds in a cluster. */
export interface RunHandles extends RunBase {
  pods: LiveList<V1Pod>
  deployments: LiveList<V1Deployment>
  services: LiveList<V1Service>
  logs: PodLogs
  /** Ports of this machine that are forwarded to pods. */
  ports: PodPort[]
  report: ReportEvent
}
