import type { V1ConfigMap, V1Pod } from '@kubernetes/client-node'
import type { Cluster } from '../kubernetes/cluster.js'
import { LiveList } from '../kubernetes/live-list.js'
import { partOfDapr } from './dapr-leftovers.js'
import { mergePatch } from './manifests.js'

const name = 'dapr-trust-bundle'

/**
 * Shows a new control plane the certificates that its sentry makes, as soon as they are there. The other pods have
 * mounted them while they were empty, and kubelet brings a mounted ConfigMap or Secret up to date about once a minute,
 * but at once where the pod's annotations change
 * (https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/#mounted-configmaps-are-updated-automatically).
 */
export async function showTrustBundle(
  cluster: Cluster,
  namespace: string,
  signal: AbortSignal,
): Promise<void> {
  using bundle = await LiveList.start<V1ConfigMap>(cluster, {
    path: `/api/v1/namespaces/${namespace}/configmaps`,
    fieldSelector: `metadata.name=${name}`,
  })
  await bundle.until((items) => items.some(({ data }) => data?.['ca.crt']) || undefined, signal)
  const { items } = await cluster.core.listNamespacedPod({ namespace, labelSelector: partOfDapr })
  await Promise.all(items.map((pod) => annotate(cluster, pod)))
}

async function annotate(cluster: Cluster, { metadata }: V1Pod): Promise<void> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: metadata?.name as string,
      namespace: metadata?.namespace as string,
      annotations: { [`dapr-perf/${name}`]: 'shown' },
    },
  }
  await mergePatch(cluster, pod)
}
