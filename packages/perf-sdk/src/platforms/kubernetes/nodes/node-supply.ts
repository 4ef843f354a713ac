import { type Cluster, KubernetesError, LiveList } from '@dapr-perf/kubernetes'
import type { KubernetesSettings } from '@dapr-perf/kubernetes/settings'
import { parseGoDuration } from '@dapr-perf/tester/go-duration'
import type { CoreV1Event, V1Pod } from '@kubernetes/client-node'

/** What is known about nodes that may come for pods that no node has room for. */
export interface NodeSupply {
  /** The events of the namespace's pods; without permission to read them none. */
  events: CoreV1Event[]
  hasAutoscaler: boolean
  /** How long the user lets a pod wait for a node. */
  timeoutMs?: number | undefined
}

/** What an autoscaler has decided for a pod. */
interface Decision {
  isNodeComing: boolean
  message: string
}

const withoutAutoscalerMs = 3_000
/** The cluster autoscaler looks for such pods every 10 s by default. */
const decisionMs = 15_000
const nodeComingMs = 10 * 60_000

/**
 * How long a pod that can't be scheduled may wait for a node.
 *
 * @returns `isNodeComing` where it is worth waiting, and what an autoscaler says about it
 */
export function nodeWaitOf(pod: V1Pod, supply: NodeSupply) {
  const decision = decisionOf(pod, supply.events)
  const automaticMs = decision?.isNodeComing
    ? nodeComingMs
    : supply.hasAutoscaler && !decision
      ? decisionMs
      : withoutAutoscalerMs
  const isNodeComing = supply.timeoutMs === undefined ? decision?.isNodeComing === true : supply.timeoutMs > 0
  return { gracePeriodMs: supply.timeoutMs ?? automaticMs, isNodeComing, autoscaler: decision?.message }
}

/** The latest decision, of the cluster autoscaler or of Karpenter. */
function decisionOf({ metadata }: V1Pod, events: CoreV1Event[]): Decision | undefined {
  const decisions = events
    .filter(({ involvedObject }) => involvedObject.uid === metadata?.uid)
    .flatMap((event) => {
      const isNodeComing = announcesNode(event)
      return isNodeComing === undefined
        ? []
        : [{ isNodeComing, message: event.message ?? '', at: timeOf(event) }]
    })
  return decisions.sort((one, other) => one.at - other.at).at(-1)
}

/** Undefined for events that are no decision of an autoscaler. */
function announcesNode({ reason, source, reportingComponent }: CoreV1Event): boolean | undefined {
  if (reason === 'TriggeredScaleUp' || reason === 'Nominated') return true
  if (reason === 'NotTriggerScaleUp') return false
  const isKarpenter = /karpenter|eks-auto-mode/.test(`${source?.component} ${reportingComponent}`)
  return reason === 'FailedScheduling' && isKarpenter ? false : undefined
}

/** The time of an event's last occurrence; objects of a LiveList have times as strings. */
const timeOf = ({ series, lastTimestamp, eventTime, metadata }: CoreV1Event) =>
  new Date(
    series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0,
  ).getTime()

/** Finds out what is needed to wait for nodes; `events` is kept up to date until it is disposed of. */
export async function watchNodeSupply(
  cluster: Cluster,
  { testNamespace, nodeTimeout }: KubernetesSettings,
): Promise<{
  events: LiveList<CoreV1Event> | undefined
  hasAutoscaler: boolean
  timeoutMs: number | undefined
}> {
  const [events, hasAutoscaler] = await Promise.all([
    LiveList.start<CoreV1Event>(cluster, {
      path: `/api/v1/namespaces/${testNamespace}/events`,
      fieldSelector: 'involvedObject.kind=Pod',
    }).catch(unlessForbidden),
    mayHaveAutoscaler(cluster),
  ])
  const seconds = nodeTimeout === undefined ? undefined : parseGoDuration(nodeTimeout)
  return { events, hasAutoscaler, timeoutMs: seconds === undefined ? undefined : seconds * 1000 }
}

/** Whether the cluster has Karpenter or the cluster autoscaler, or hides the latter from this user. */
async function mayHaveAutoscaler(cluster: Cluster): Promise<boolean> {
  const isThere = (path: string) =>
    cluster.get(path).then(
      () => true,
      (error) => error instanceof KubernetesError && error.statusCode === 403,
    )
  const autoscaler = '/api/v1/namespaces/kube-system/configmaps/cluster-autoscaler-status'
  return (await Promise.all([isThere('/apis/karpenter.sh'), isThere(autoscaler)])).some(Boolean)
}

function unlessForbidden(error: unknown): undefined {
  if (error instanceof KubernetesError && error.statusCode === 403) return undefined
  throw error
}
