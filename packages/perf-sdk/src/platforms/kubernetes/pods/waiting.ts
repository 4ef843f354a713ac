import { DaprPerfError } from '@dapr-perf/errors'
import type { LiveList } from '@dapr-perf/kubernetes'
import type { CoreV1Event, V1Deployment, V1Pod } from '@kubernetes/client-node'
import type { App } from '../../../description/app.js'
import type { ReportEvent } from '../../../model/event.js'
import type { NodeSupply } from '../nodes/node-supply.js'
import type { PodLogs } from './pod-logs.js'
import { appOf, containerStatuses, isReady, nameOf, type Obstacle, obstaclesOf } from './pod-state.js'

/** Long enough to pull images over a slow connection; all other obstacles, waiting for a node apart, fail much earlier. */
const longestMs = 5 * 60_000

export interface Watched {
  pods: LiveList<V1Pod>
  deployments: LiveList<V1Deployment>
  logs: PodLogs
  nodes: Omit<NodeSupply, 'events'> & { events: LiveList<CoreV1Event> | undefined }
  report: ReportEvent
}

/**
 * Waits until all replicas of the apps are ready.
 *
 * @throws DaprPerfError that says what keeps an app from becoming ready, with its last log lines
 */
export async function untilAppsReady(apps: App[], watched: Watched, signal: AbortSignal): Promise<void> {
  const { pods, deployments, logs, nodes, report } = watched
  let fail: (obstacle: Obstacle) => void = () => {}
  const obstacle = new Promise<Obstacle>((resolve) => {
    fail = resolve
  })
  const stopWaiting = new AbortController()
  const firstSeen = new Map<string, NodeJS.Timeout>()
  let longest: NodeJS.Timeout | undefined
  let told: string | undefined
  const check = () => {
    const what = awaited(apps, pods.items)
    if (what !== told && what !== '') report({ kind: 'step', what: `waiting for ${what}` })
    told = what
    const found = apps.flatMap((app) => {
      const deployment = deployments.items.find(({ metadata }) => appOf({ metadata }) === app.appName)
      return obstaclesOf(app, deployment, apps, pods.items, { ...nodes, events: nodes.events?.items ?? [] })
    })
    if (found.some(({ awaitedNode }) => awaitedNode)) {
      clearTimeout(longest)
      longest = undefined
    } else {
      longest ??= setTimeout(() => fail({ what: stateOf(apps, pods.items), gracePeriodMs: 0 }), longestMs)
    }
    // If a resolved obstacle comes back, its grace period starts again.
    for (const [key, timer] of firstSeen) {
      if (found.some((candidate) => keyOf(candidate) === key)) continue
      clearTimeout(timer)
      firstSeen.delete(key)
    }
    for (const candidate of found) {
      if (firstSeen.has(keyOf(candidate))) continue
      if (candidate.awaitedNode) report({ kind: 'note', what: candidate.awaitedNode })
      firstSeen.set(
        keyOf(candidate),
        setTimeout(() => fail(candidate), candidate.gracePeriodMs),
      )
    }
  }
  const stop = [pods, deployments, ...(nodes.events ? [nodes.events] : [])].map((list) =>
    list.onChange(check),
  )
  try {
    const ready = pods.until(
      (items) => apps.every((app) => isAppReady(app, items)) || undefined,
      AbortSignal.any([signal, stopWaiting.signal]),
    )
    ready.catch(() => {}) // if an obstacle comes first, nobody awaits this
    const found = await Promise.race([obstacle, ready])
    if (found !== true) throw await explain(found, logs)
  } finally {
    for (const unsubscribe of stop) unsubscribe()
    for (const timer of firstSeen.values()) clearTimeout(timer)
    clearTimeout(longest)
    stopWaiting.abort()
  }
}

/** The same obstacle may come back with another grace period. */
const keyOf = ({ what, gracePeriodMs }: Obstacle) => `${gracePeriodMs} ${what}`

const isAppReady = (app: App, pods: V1Pod[]) =>
  pods.filter((pod) => appOf(pod) === app.appName && isReady(pod)).length >= app.replicas

/** What is not ready yet: `testapp, tester's sidecar`. */
function awaited(apps: App[], pods: V1Pod[]): string {
  const notReady = apps.filter((app) => !isAppReady(app, pods))
  const nameOf = ({ appName }: App) => {
    const pod = pods.find((one) => appOf(one) === appName && !isReady(one))
    const containers = pod ? containerStatuses(pod).filter(({ ready }) => !ready) : []
    return containers.length === 1 && containers[0]?.name === 'daprd' ? `${appName}'s sidecar` : appName
  }
  return notReady.map(nameOf).join(', ')
}

async function explain({ what, pod, container }: Obstacle, logs: PodLogs): Promise<DaprPerfError> {
  return new DaprPerfError(pod && container ? `${what}\n${await logs.lastLines(pod, container)}` : what)
}

/** What each pod that isn't ready waits for, as Kubernetes reports it. */
function stateOf(apps: App[], pods: V1Pod[]): string {
  const lines = apps.flatMap((app) => {
    const own = pods.filter((pod) => appOf(pod) === app.appName && !isReady(pod))
    return own.map((pod) => {
      const waiting = containerStatuses(pod).flatMap(({ name, state }) =>
        state?.waiting ? [`${name}: ${state.waiting.reason}`] : [],
      )
      return `  ${nameOf(pod)}: ${pod.status?.phase} ${waiting.join(', ')}`
    })
  })
  return [`not all apps are ready after ${longestMs / 60_000} min; see kubectl describe pod:`, ...lines].join(
    '\n',
  )
}
