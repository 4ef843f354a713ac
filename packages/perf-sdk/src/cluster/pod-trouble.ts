import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import { DaprPerfError } from '../errors.js'
import type { Cluster } from '../kubernetes/cluster.js'
import { LiveList } from '../kubernetes/live-list.js'
import { hopelessReasons } from '../kubernetes/waiting-reasons.js'

const crashesThatCount = 3
const newPodsWithinMs = 20_000

/**
 * Does some work that waits for pods, and gives it up as soon as one of them can't come up.
 *
 * @param work has to end when its signal aborts
 * @throws DaprPerfError that names the pod and Kubernetes' reason
 */
export async function whilePodsCanStart<T>(
  cluster: Cluster,
  pods: { namespace: string; labelSelector: string },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { namespace, labelSelector } = pods
  using live = await LiveList.start<V1Pod>(cluster, {
    path: `/api/v1/namespaces/${namespace}/pods`,
    labelSelector,
  })
  // Pods that are there already may be what the work replaces, unless it makes none.
  const earlier = new Set(live.items.map(({ metadata }) => metadata?.uid))
  const isNew = ({ metadata }: V1Pod) => !earlier.has(metadata?.uid)
  const trouble = new AbortController()
  const look = (items: V1Pod[]) => {
    const [found] = items.filter(isNew).flatMap(troubleOf)
    if (found) trouble.abort(new DaprPerfError(`namespace ${namespace}: ${found}`))
  }
  live.onChange(look)
  const nothingNew = setTimeout(() => {
    if (live.items.some(isNew)) return
    earlier.clear()
    look(live.items)
  }, newPodsWithinMs)
  try {
    return await work(trouble.signal)
  } finally {
    clearTimeout(nothingNew)
  }
}

function troubleOf({ metadata, status }: V1Pod): string[] {
  if (metadata?.deletionTimestamp) return []
  return (status?.containerStatuses ?? []).flatMap((container) => {
    const { reason = '', message = '' } = container.state?.waiting ?? {}
    const isHopeless = reason === 'ImagePullBackOff' || hopelessReasons.includes(reason)
    if (!isHopeless && !crashesAgain(container)) return []
    const where = `pod ${metadata?.name}, image ${container.image}`
    return [
      `${where}: ${reason}${message && `, ${message}`} (kubectl logs and kubectl describe pod say more)`,
    ]
  })
}

const crashesAgain = ({ restartCount, state }: V1ContainerStatus) =>
  state?.waiting?.reason === 'CrashLoopBackOff' && restartCount >= crashesThatCount
