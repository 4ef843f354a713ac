import type { V1StatefulSet } from '@kubernetes/client-node'
import { DaprPerfError } from '../errors.js'
import type { Cluster } from '../kubernetes/cluster.js'
import { ignoreNotFound } from '../kubernetes/errors.js'
import { LiveList } from '../kubernetes/live-list.js'

const name = 'dapr-scheduler-server'
const goneWithinMs = 60_000

/**
 * Removes the scheduler that an upgrade would give another image; helm then makes it anew. Its members keep what they
 * have in memory: one that starts again alone, as in a StatefulSet's rolling update, can't join the others any more.
 *
 * @param image the image that it is going to have
 * @param annotations those that its pods are going to have
 * @throws DaprPerfError where it is not gone after a minute
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
  const isSame =
    template.spec?.containers.some((container) => container.image === image) &&
    Object.entries(annotations).every(([key, value]) => template.metadata?.annotations?.[key] === value)
  if (isSame) return
  const withItsPods = { propagationPolicy: 'Foreground' }
  await ignoreNotFound(cluster.apps.deleteNamespacedStatefulSet({ name, namespace, ...withItsPods }))
  const late = AbortSignal.timeout(goneWithinMs)
  await live
    .until((items) => items.length === 0 || undefined, late)
    .catch((cause) => {
      throw new DaprPerfError(
        `StatefulSet ${name} is not gone after ${goneWithinMs / 1000} s: kubectl describe pods -n ${namespace} says why`,
        { cause },
      )
    })
}
