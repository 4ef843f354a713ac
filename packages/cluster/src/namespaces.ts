import { DaprPerfError } from '@dapr-perf/errors'
import { type Cluster, ignoreNotFound, isConflict, LiveList, managedBy } from '@dapr-perf/kubernetes'
import type { V1Namespace } from '@kubernetes/client-node'

const deletionTimeoutMs = 3 * 60_000

/**
 * Creates a namespace unless it exists.
 *
 * @returns whether it was created
 * @throws DaprPerfError where it is being deleted
 */
export async function createNamespace(cluster: Cluster, name: string): Promise<boolean> {
  try {
    await cluster.core.createNamespace({ body: { metadata: { name, labels: managedBy } } })
    return true
  } catch (error) {
    if (!isConflict(error)) throw error
  }
  const { status } = await cluster.core.readNamespace({ name })
  if (status?.phase === 'Terminating')
    throw new DaprPerfError(`namespace ${name} is being deleted: try again when that is done`)
  return false
}

/**
 * Deletes a namespace and waits until it is deleted.
 *
 * @returns whether it existed
 * @throws DaprPerfError where it still exists after 3 minutes, with the reason that Kubernetes gives
 */
export async function deleteNamespace(cluster: Cluster, name: string): Promise<boolean> {
  using live = await LiveList.start<V1Namespace>(cluster, {
    path: '/api/v1/namespaces',
    fieldSelector: `metadata.name=${name}`,
  })
  if (live.items.length === 0) return false
  await ignoreNotFound(cluster.core.deleteNamespace({ name }))
  try {
    await live.until((items) => items.length === 0 || undefined, AbortSignal.timeout(deletionTimeoutMs))
  } catch (error) {
    throw new DaprPerfError(
      `namespace ${name} still exists after ${deletionTimeoutMs / 60_000} min: ${whyNotDeleted(live.items)}`,
      {
        cause: error,
      },
    )
  }
  return true
}

function whyNotDeleted([namespace]: V1Namespace[]): string {
  const conditions = (namespace?.status?.conditions ?? []).filter(({ status }) => status === 'True')
  return (
    conditions.map(({ message }) => message).join('; ') ||
    `kubectl get namespace ${namespace?.metadata?.name} -o yaml`
  )
}
