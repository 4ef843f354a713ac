import { type Cluster, ignoreNotFound, LiveList } from '@dapr-perf/kubernetes'
import type { V1Pod } from '@kubernetes/client-node'

/**
 * Replaces a new control plane's sentry as soon as kubelet waits before it starts it again. sentry exits if it starts
 * before helm has created the Configuration daprsystem, and after the second exit kubelet waits for 10 s or more.
 */
export async function replaceWaitingSentry(
  cluster: Cluster,
  namespace: string,
  signal: AbortSignal,
): Promise<void> {
  using pods = await LiveList.start<V1Pod>(cluster, {
    path: `/api/v1/namespaces/${namespace}/pods`,
    labelSelector: 'app=dapr-sentry',
  })
  const name = await pods.until((items) => items.find(isWaiting)?.metadata?.name, signal)
  const daprSystem = { group: 'dapr.io', version: 'v1alpha1', plural: 'configurations', name: 'daprsystem' }
  await cluster.custom.getNamespacedCustomObject({ ...daprSystem, namespace })
  await ignoreNotFound(cluster.core.deleteNamespacedPod({ name, namespace }))
}

const isWaiting = ({ status }: V1Pod) =>
  status?.containerStatuses?.some(({ state }) => state?.waiting?.reason === 'CrashLoopBackOff') ?? false
