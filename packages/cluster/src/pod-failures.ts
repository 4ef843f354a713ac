import { DaprPerfError } from '@dapr-perf/errors'
import { type Cluster, LiveList, permanentWaitingReasons } from '@dapr-perf/kubernetes'
import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node'

// Dapr's scheduler may crash a few times until its replicas find each other and sentry.
const maxRestarts = 5
const newPodTimeoutMs = 20_000

/**
 * Runs some work that waits for pods to start, and aborts it as soon as one of the pods cannot start.
 *
 * @param work has to reject when its signal aborts
 * @throws DaprPerfError with the pod, its image and the reason that Kubernetes gives
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
  // Existing pods are ignored, since the work may replace them, until it has created none for a while.
  const ignored = new Set(live.items.map(({ metadata }) => metadata?.uid))
  const isNew = ({ metadata }: V1Pod) => !ignored.has(metadata?.uid)
  const failed = new AbortController()
  const check = (items: V1Pod[]) => {
    const [failure] = items.filter(isNew).flatMap(failuresOf)
    if (failure) failed.abort(new DaprPerfError(`namespace ${namespace}: ${failure}`))
  }
  live.onChange(check)
  const timer = setTimeout(() => {
    if (live.items.some(isNew)) return
    ignored.clear()
    check(live.items)
  }, newPodTimeoutMs)
  try {
    return await work(failed.signal)
  } finally {
    clearTimeout(timer)
  }
}

function failuresOf({ metadata, status }: V1Pod): string[] {
  if (metadata?.deletionTimestamp) return []
  return (status?.containerStatuses ?? []).flatMap((container) => {
    const { reason = '', message = '' } = container.state?.waiting ?? {}
    const isPermanent = reason === 'ImagePullBackOff' || permanentWaitingReasons.includes(reason)
    if (!isPermanent && !crashesRepeatedly(container)) return []
    const where = `pod ${metadata?.name}, image ${container.image}`
    return [`${where}: ${reason}${message && `, ${message}`} (see kubectl logs and kubectl describe pod)`]
  })
}

const crashesRepeatedly = ({ restartCount, state }: V1ContainerStatus) =>
  state?.waiting?.reason === 'CrashLoopBackOff' && restartCount >= maxRestarts
