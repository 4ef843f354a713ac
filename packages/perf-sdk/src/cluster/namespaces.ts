import type { V1Namespace } from '@kubernetes/client-node'
import { DaprPerfError } from '../errors.js'
import type { Cluster } from '../kubernetes/cluster.js'
import { ignoreNotFound, isConflict } from '../kubernetes/errors.js'
import { managedBy } from '../kubernetes/labels.js'
import { LiveList } from '../kubernetes/live-list.js'

const goneWithinMs = 3 * 60_000

/** Creates a namespace where it isn't there yet. @returns whether it was created */
export async function createNamespace(cluster: Cluster, name: string): Promise<boolean> {
  try {
    await cluster.core.createNamespace({ body: { metadata: { name, labels: managedBy } } })
    return true
  } catch (error) {
    if (!isConflict(error)) throw error
  }
  const { status } = await cluster.core.readNamespace({ name })
  if (status?.phase === 'Terminating')
    throw new DaprPerfError(`namespace ${name} is being deleted: try again when it is gone`)
  return false
}

/** Deletes a namespace and waits until it is gone. @returns whether it was there */
export async function deleteNamespace(cluster: Cluster, name: string): Promise<boolean> {
  using live = await LiveList.start<V1Namespace>(cluster, {
    path: '/api/v1/namespaces',
    fieldSelector: `metadata.name=${name}`,
  })
  if (live.items.length === 0) return false
  await ignoreNotFound(cluster.core.deleteNamespace({ name }))
  try {
    await live.until((items) => items.length === 0 || undefined, AbortSignal.timeout(goneWithinMs))
  } catch (error) {
    throw new DaprPerfError(
      `namespace ${name} is not gone after ${goneWithinMs / 60_000} min: ${whatRemains(live.items)}`,
      {
        cause: error,
      },
    )
  }
  return true
}

function whatRemains([namespace]: V1Namespace[]): string {
  const reasons = (namespace?.status?.conditions ?? []).filter(({ status }) => status === 'True')
  return (
    reasons.map(({ message }) => message).join('; ') ||
    `kubectl get namespace ${namespace?.metadata?.name} -o yaml`
  )
}
