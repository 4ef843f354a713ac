import type { V1Deployment, V1Pod } from '@kubernetes/client-node'
import { DaprPerfError } from '../../errors.js'
import type { LiveList } from '../../kubernetes/live-list.js'
import type { App } from '../descriptions.js'
import type { PodLogs } from './pod-logs.js'
import { appOf, containerStatuses, isReady, nameOf, type Obstacle, obstaclesOf } from './pod-state.js'

/** Images may have to be pulled over a slow line; every other reason to wait ends much earlier. */
const longestMs = 5 * 60_000

export interface Watched {
  pods: LiveList<V1Pod>
  deployments: LiveList<V1Deployment>
  logs: PodLogs
}

/**
 * Waits until all replicas of the apps are ready, as long as they can still become it.
 *
 * @throws DaprPerfError that says what keeps an app from becoming ready, with its last log lines
 */
export async function untilAppsReady(apps: App[], watched: Watched, signal: AbortSignal): Promise<void> {
  const { pods, deployments, logs } = watched
  let fail: (obstacle: Obstacle) => void = () => {}
  const obstacle = new Promise<Obstacle>((resolve) => {
    fail = resolve
  })
  const stopWaiting = new AbortController()
  const firstSeen = new Map<string, NodeJS.Timeout>()
  const check = () => {
    const found = apps.flatMap((app) => {
      const deployment = deployments.items.find(({ metadata }) => appOf({ metadata }) === app.appName)
      return obstaclesOf(app, deployment, apps, pods.items)
    })
    // An obstacle that has passed starts anew where it comes back.
    for (const [what, timer] of firstSeen) {
      if (found.some((candidate) => candidate.what === what)) continue
      clearTimeout(timer)
      firstSeen.delete(what)
    }
    for (const candidate of found) {
      if (firstSeen.has(candidate.what)) continue
      firstSeen.set(
        candidate.what,
        setTimeout(() => fail(candidate), candidate.patienceMs),
      )
    }
  }
  const stop = [pods.onChange(check), deployments.onChange(check)]
  const longest = setTimeout(() => fail({ what: stateOf(apps, pods.items), patienceMs: 0 }), longestMs)
  try {
    const ready = pods.until(
      (items) => apps.every((app) => isAppReady(app, items)) || undefined,
      AbortSignal.any([signal, stopWaiting.signal]),
    )
    ready.catch(() => {}) // where an obstacle comes first, nobody waits for it
    const found = await Promise.race([obstacle, ready])
    if (found !== true) throw await explain(found, logs)
  } finally {
    for (const unsubscribe of stop) unsubscribe()
    for (const timer of firstSeen.values()) clearTimeout(timer)
    clearTimeout(longest)
    stopWaiting.abort()
  }
}

const isAppReady = (app: App, pods: V1Pod[]) =>
  pods.filter((pod) => appOf(pod) === app.appName && isReady(pod)).length >= app.replicas

async function explain({ what, pod, container }: Obstacle, logs: PodLogs): Promise<DaprPerfError> {
  return new DaprPerfError(pod && container ? `${what}\n${await logs.lastLines(pod, container)}` : what)
}

/** What each pod that isn't ready waits for, in Kubernetes' words. */
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
  return [
    `not all apps are ready after ${longestMs / 60_000} min; kubectl describe pod says more:`,
    ...lines,
  ].join('\n')
}
