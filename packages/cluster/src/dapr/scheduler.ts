import { DaprPerfError } from '@dapr-perf/errors'
import { type Cluster, ignoreNotFound, LiveList } from '@dapr-perf/kubernetes'
import type { V1StatefulSet } from '@kubernetes/client-node'

export const schedulerName = 'dapr-scheduler-server'
const deletionTimeoutMs = 60_000

/**
 * Deletes a StatefulSet that an upgrade has to create again: what changes is fixed while it exists, or it is the scheduler's
 * and its pods change. The scheduler's members keep their data in memory: one that restarts alone, as in a rolling update,
 * can't rejoin the others.
 *
 * @throws DaprPerfError where it still exists after a minute
 */
export async function removeStatefulSet(cluster: Cluster, namespace: string, name: string): Promise<void> {
  using live = await LiveList.start<V1StatefulSet>(cluster, {
    path: `/apis/apps/v1/namespaces/${namespace}/statefulsets`,
    fieldSelector: `metadata.name=${name}`,
  })
  if (live.items.length === 0) return
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
