import { type Cluster, LiveList } from '@dapr-perf/kubernetes'
import type { V1ConfigMap, V1Pod } from '@kubernetes/client-node'
import { mergePatch } from '../manifests.js'
import { partOfDapr } from './leftovers.js'

const name = 'dapr-trust-bundle'

/**
 * Makes kubelet update the mounted certificates in a new control plane's pods as soon as sentry has created them. The pods
 * start with empty ones, and kubelet updates a mounted ConfigMap or Secret about once a minute, but at once when the pod's
 * annotations change
 * (https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/#mounted-configmaps-are-updated-automatically).
 */
export async function refreshTrustBundle(
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
