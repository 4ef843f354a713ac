import { DaprPerfError } from '@dapr-perf/errors'
import { type Cluster, ignoreNotFound, LiveList } from '@dapr-perf/kubernetes'
import type { V1StatefulSet } from '@kubernetes/client-node'

const name = 'dapr-scheduler-server'
const deletionTimeoutMs = 60_000

/**
 * Deletes the scheduler's StatefulSet if an upgrade will change its pods; helm then creates it again. Its members keep
 * their data in memory: one that restarts alone, as in a rolling update, can't rejoin the others.
 *
 * @param image the image after the upgrade
 * @param annotations the pods' annotations after the upgrade
 * @throws DaprPerfError where it still exists after a minute
 */
export async function removeChangedScheduler(
  cluster: Cluster,
  namespace: string,
  image: string,
  annotations: Record<string, string>,
): Promise<void> {
  using live = await LiveList.start<V1StatefulSet>(cluster, {
    path: `/apis/apps/v1/namespaces/${namespace}/statefulsets`,
    fieldSelector: `metadata.name=${name}`,
  })
  const template = live.items[0]?.spec?.template
  if (!template) return
  const isUnchanged =
    template.spec?.containers.some((container) => container.image === image) &&
    Object.entries(annotations).every(([key, value]) => template.metadata?.annotations?.[key] === value)
  if (isUnchanged) return
  const foreground = { propagationPolicy: 'Foreground' }
  await ignoreNotFound(cluster.apps.deleteNamespacedStatefulSet({ name, namespace, ...foreground }))
  const timeout = AbortSignal.timeout(deletionTimeoutMs)
  await live
    .until((items) => items.length === 0 || undefined, timeout)
    .catch((cause) => {
      throw new DaprPerfError(
        `StatefulSet ${name} still exists after ${deletionTimeoutMs / 1000} s: see kubectl describe pods -n ${namespace}`,
        { cause },
      )
    })
}
