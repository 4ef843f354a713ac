import { admissionAdvice, appLabel, permanentWaitingReasons } from '@dapr-perf/kubernetes'
import type {
  V1Container,
  V1ContainerStatus,
  V1Deployment,
  V1ObjectMeta,
  V1Pod,
} from '@kubernetes/client-node'
import type { App } from '../../../description/app.js'
import { hasAffinityTo } from '../nodes/affinity.js'
import { type NodeSupply, nodeWaitOf } from '../nodes/node-supply.js'

/** The name of a sidecar's container. */
export const sidecarContainer = 'daprd'

/** Something that keeps an app from becoming ready. */
export interface Obstacle {
  what: string
  /** The pod and container whose log says more. */
  pod?: string
  container?: string
  /** How long it has to last before it counts, in ms: some resolve by themselves. */
  gracePeriodMs: number
  /** If it is worth waiting for a new node: a line that says so, and why. */
  awaitedNode?: string
}

const creationGracePeriodMs = 3_000
const readyGracePeriodMs = 30_000
/** A sidecar exits if it can't reach sentry, which restarts right after Dapr's installation: it may start twice. */
const sidecarRestartGracePeriodMs = 15_000

/** The name of the app that an object of a run belongs to. */
export const appOf = ({ metadata }: { metadata?: V1ObjectMeta | undefined }) => metadata?.labels?.[appLabel]
export const nameOf = (pod: V1Pod) => pod.metadata?.name as string

/** The running containers. They include native sidecars, which are init containers, but not init containers that are done. */
export const containerStatuses = ({ status }: V1Pod): V1ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []).filter(({ state }) => state?.terminated?.exitCode !== 0),
  ...(status?.containerStatuses ?? []),
]

export function isReady(pod: V1Pod): boolean {
  if (pod.metadata?.deletionTimestamp) return false
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
}

/** A container's name in messages: `testapp`, `testapp's sidecar (daprd)`. */
const describeContainer = (appName: string, container: string) =>
  container === appName ? appName : `${appName}'s sidecar (${container})`

/**
 * What keeps an app from becoming ready, as far as it is known; empty if it is still starting.
 *
 * @param apps all that are started with it
 * @param pods all that the run has
 * @param nodes by default none will come
 */
export function obstaclesOf(
  app: App,
  deployment: V1Deployment | undefined,
  apps: App[],
  pods: V1Pod[],
  nodes: NodeSupply = { events: [], hasAutoscaler: false },
): Obstacle[] {
  const own = pods.filter((pod) => appOf(pod) === app.appName)
  return [
    ...creationObstacles(app, deployment),
    ...own.flatMap((pod) => podObstacles(app, pod, apps, pods, nodes)),
  ]
}

/** Its pods can't be created, because of a quota or an admission webhook. */
function creationObstacles(app: App, deployment: V1Deployment | undefined): Obstacle[] {
  const failure = deployment?.status?.conditions?.find(({ type }) => type === 'ReplicaFailure')
  if (failure?.status !== 'True') return []
  const message = failure.message ?? failure.reason ?? ''
  const advice = admissionAdvice(message) ?? 'See kubectl describe replicaset'
  return [
    {
      what: `no pod of ${app.appName} could be created: ${message}. ${advice}`,
      gracePeriodMs: creationGracePeriodMs,
    },
  ]
}

function podObstacles(app: App, pod: V1Pod, apps: App[], pods: V1Pod[], nodes: NodeSupply): Obstacle[] {
  const { appName } = app
  if (app.daprEnabled && !sidecarOf(pod)) {
    return [
      {
        what:
          `Dapr's injector added no sidecar to ${appName}'s pod: is Dapr installed (npx turbo docker-deploy-k8s), ` +
          'and does its webhook work (kubectl get pods,mutatingwebhookconfigurations -A | grep dapr)?',
        gracePeriodMs: 0,
      },
    ]
  }
  const unschedulable = schedulingObstacle(app, pod, apps, pods, nodes)
  if (unschedulable) return [unschedulable]
  const ofContainers = containerStatuses(pod).flatMap(
    (status) => containerObstacle(appName, pod, status) ?? [],
  )
  return ofContainers.length > 0 ? ofContainers : notReady(app, pod)
}

/** The container of a pod's sidecar, which may be a native one, and thereby an init container. */
export const sidecarOf = ({ spec }: V1Pod): V1Container | undefined =>
  [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].find(({ name }) => name === sidecarContainer)

/** A pod with affinity to others can't be scheduled before they are: that is no obstacle yet. */
function schedulingObstacle(
  app: App,
  pod: V1Pod,
  apps: App[],
  pods: V1Pod[],
  nodes: NodeSupply,
): Obstacle | undefined {
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled')
  if (scheduled?.status !== 'False') return undefined
  const neighbours = apps.filter((other) => other !== app && hasAffinityTo(app, other))
  const isPlaced = ({ appName }: App) =>
    pods.some((other) => appOf(other) === appName && other.spec?.nodeName)
  if (!neighbours.every(isPlaced)) return undefined
  const { gracePeriodMs, isNodeComing, autoscaler } = nodeWaitOf(pod, nodes)
  const problem = `${app.appName}'s pod can't be scheduled`
  const why = [scheduled.message, autoscaler].filter(Boolean).join('. ')
  if (isNodeComing) {
    const time = gracePeriodMs < 60_000 ? `${gracePeriodMs / 1000} s` : `${gracePeriodMs / 60_000} min`
    const awaitedNode = `waiting up to ${time} for a node: ${problem}: ${why}`
    return { what: `${problem}, and no node for it came within ${time}: ${why}`, gracePeriodMs, awaitedNode }
  }
  const advice = autoscaler
    ? ''
    : '. If nodes come on demand, DAPR_PERF_NODE_TIMEOUT=10m lets the run wait for them'
  return { what: `${problem}: ${why}${advice}`, gracePeriodMs }
}

function containerObstacle(appName: string, pod: V1Pod, status: V1ContainerStatus): Obstacle | undefined {
  const { name, image, restartCount, state, lastState } = status
  const who = describeContainer(appName, name)
  const at = { pod: nameOf(pod), container: name }
  const ended = state?.terminated ?? (restartCount > 0 ? lastState?.terminated : undefined)
  if (ended) {
    const exits = restartCount + (state?.terminated ? 1 : 0)
    const isSecondStart = name === sidecarContainer && exits === 1
    const gracePeriodMs = isSecondStart ? sidecarRestartGracePeriodMs : 0
    return { what: `${who} ${howItEnded(ended)}.`, ...at, gracePeriodMs }
  }
  const { reason = '', message = '' } = state?.waiting ?? {}
  if (/^(ErrImagePull|ImagePullBackOff|ErrImageNeverPull)$/.test(reason)) {
    const needsLogin = /denied|unauthorized|authorization failed/i.test(message)
    const isFinal = reason !== 'ErrImagePull' || needsLogin || /not found|manifest unknown/i.test(message)
    const advice = needsLogin
      ? 'Its registry requires authentication, or has no such image: name a pull secret of the namespace with ' +
        'DAPR_TEST_REGISTRY_SECRET (kubectl create secret docker-registry)'
      : 'Are registry and tag right (DAPR_TEST_REGISTRY, DAPR_TEST_TAG; DAPR_REGISTRY, DAPR_TAG for a sidecar), and ' +
        'was the image pushed?'
    const what = `${who}: its image ${image} can't be pulled (${reason}: ${message}). ${advice}`
    return { what, gracePeriodMs: isFinal ? 0 : 5_000 }
  }
  if (permanentWaitingReasons.includes(reason)) {
    const advice = message.includes('runAsNonRoot') ? `. ${nonRootAdvice}` : ''
    return { what: `${who} can't be started (${reason}): ${message}${advice}`, gracePeriodMs: 0 }
  }
  return undefined
}

const nonRootAdvice =
  "The namespace's label pod-security.kubernetes.io/enforce=restricted forbids root: give the image a USER that is a number " +
  'other than 0, or choose another namespace with DAPR_TEST_NAMESPACE'

/** All its containers run, but the pod isn't ready. */
function notReady(app: App, pod: V1Pod): Obstacle[] {
  const statuses = containerStatuses(pod)
  const running = statuses.length > 0 && statuses.every(({ state }) => state?.running)
  if (!running || isReady(pod)) return []
  const slow = statuses.find(({ ready }) => !ready) ?? (statuses[0] as V1ContainerStatus)
  const who = describeContainer(app.appName, slow.name)
  return [
    {
      what: `${who} is not ready ${readyGracePeriodMs / 1000} s after it started.`,
      pod: nameOf(pod),
      container: slow.name,
      gracePeriodMs: readyGracePeriodMs,
    },
  ]
}

/**
 * How a pod that was ready ended; undefined if it hasn't.
 *
 * @param before the pod when it became ready: its containers may have been restarted before
 */
export function deathOf(pod: V1Pod, before: V1Pod): { what: string; container?: string } | undefined {
  const appName = appOf(pod) as string
  for (const { name, restartCount, state, lastState } of containerStatuses(pod)) {
    const isRestarted = restartCount > restartsOf(before, name)
    const ended = state?.terminated ?? (isRestarted ? lastState?.terminated : undefined)
    // If the pod is being deleted, that is why its containers end.
    if (ended && !pod.metadata?.deletionTimestamp)
      return { what: `${describeContainer(appName, name)} ${howItEnded(ended)}`, container: name }
  }
  if (pod.metadata?.deletionTimestamp) return { what: `${appName}'s pod ${nameOf(pod)} was deleted` }
  const { phase, reason, message } = pod.status ?? {}
  if (phase === 'Failed')
    return { what: `${appName}'s pod ${nameOf(pod)} failed: ${reason ?? ''} ${message ?? ''}` }
  return undefined
}

/** How often a container was restarted. */
export const restartsOf = (pod: V1Pod, container: string) =>
  containerStatuses(pod).find(({ name }) => name === container)?.restartCount ?? 0

function howItEnded({ exitCode, reason }: { exitCode: number; reason?: string }): string {
  return reason && !['Error', 'Completed'].includes(reason)
    ? `exited with code ${exitCode} (${reason})`
    : `exited with code ${exitCode}`
}
