import { setTimeout as pause } from 'node:timers/promises'
import { withTimeout } from '@dapr-perf/errors'
import {
  type Cluster,
  connectToCluster,
  ignoreNotFound,
  isTransient,
  LiveList,
  managedBy,
  runLabel,
  selector,
} from '@dapr-perf/kubernetes'
import { readKubernetesSettings } from '@dapr-perf/kubernetes/settings'
import type { V1Pod } from '@kubernetes/client-node'
import pRetry from 'p-retry'
import type { ReportEvent } from '../../../model/event.js'
import { daprPlurals, daprResource } from '../manifests/dapr-resource.js'
import { findDeadOwners, type OwnerLease } from './owner.js'

/** After an outage of the API server kubelets learn of a deletion only after half a minute. */
const podsGoneWithinMs = 60_000
/** What they hold, such as a quota, may be what the new run needs: usually they are gone by then. */
const leftoversGoneWithinMs = 5_000
const pauses = { retries: 15, minTimeout: 200, maxTimeout: 2_000, maxRetryTime: 30_000 }

/**
 * Deletes all objects of a run, and waits until its pods are gone. The Lease is deleted last: if this fails, it still
 * marks what remains. Requests that fail for a transient reason are retried for half a minute.
 *
 * @returns the names of pods that have not ended after a minute
 * @throws the signal's reason
 */
export async function removeRun(
  cluster: Cluster,
  { namespace, runId, name }: OwnerLease,
  signal?: AbortSignal,
): Promise<string[]> {
  const these = { namespace, labelSelector: selector({ ...managedBy, [runLabel]: runId }) }
  const stillEnding = await removeObjects(cluster, these, signal)
  await patientlyWith(signal)(() =>
    ignoreNotFound(cluster.coordination.deleteNamespacedLease({ name, namespace })),
  )
  return stillEnding
}

/** The same for objects of a run that have some labels, and without the Lease. */
export async function removeObjects(
  cluster: Cluster,
  these: { namespace: string; labelSelector: string },
  signal?: AbortSignal,
): Promise<string[]> {
  const patiently = patientlyWith(signal)
  const removePods = async () => {
    // Owners first, so that no pod is created again.
    await patiently(() =>
      cluster.apps.deleteCollectionNamespacedDeployment({ ...these, propagationPolicy: 'Background' }),
    )
    await patiently(() =>
      cluster.apps.deleteCollectionNamespacedReplicaSet({ ...these, propagationPolicy: 'Background' }),
    )
    await patiently(() => cluster.core.deleteCollectionNamespacedPod(these))
    return patiently(() => untilPodsGone(cluster, these, signal))
  }
  const [stillEnding] = await Promise.all([
    removePods(),
    patiently(() => cluster.core.deleteCollectionNamespacedService(these)),
    patiently(() => cluster.core.deleteCollectionNamespacedSecret(these)),
    ...(Object.keys(daprPlurals) as (keyof typeof daprPlurals)[]).map((kind) =>
      // If Dapr is not installed, these kinds don't exist.
      patiently(() =>
        ignoreNotFound(
          cluster.custom.deleteCollectionNamespacedCustomObject({ ...daprResource(kind), ...these }),
        ),
      ),
    ),
  ])
  return stillEnding
}

const patientlyWith =
  (signal: AbortSignal | undefined) =>
  <T>(request: () => Promise<T>) =>
    pRetry(request, { ...pauses, ...(signal && { signal }), shouldRetry: ({ error }) => isTransient(error) })

async function untilPodsGone(
  cluster: Cluster,
  { namespace, labelSelector }: { namespace: string; labelSelector: string },
  signal?: AbortSignal,
): Promise<string[]> {
  using pods = await LiveList.start<V1Pod>(cluster, {
    path: `/api/v1/namespaces/${namespace}/pods`,
    labelSelector,
  })
  try {
    await withTimeout(podsGoneWithinMs, signal, (until) =>
      pods.until((items) => items.length === 0 || undefined, until),
    )
    return []
  } catch {
    signal?.throwIfAborted()
    return pods.items.map(({ metadata }) => metadata?.name as string)
  }
}

/**
 * Removes the leftovers of dead runs, in one namespace or in all. Runs that are alive are not touched.
 *
 * @returns a line for each such run
 * @throws the first error, after all have been tried
 */
export async function removeDeadRuns(
  cluster: Cluster,
  namespace?: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const dead = await findDeadOwners(cluster, namespace)
  const attempts = await Promise.allSettled(dead.map((owner) => removeRun(cluster, owner, signal)))
  for (const attempt of attempts) if (attempt.status === 'rejected') throw attempt.reason
  return dead.map(
    ({ runId, namespace: place }) => `the leftovers of the killed run ${runId} in namespace ${place}`,
  )
}

/**
 * Removes the leftovers of dead runs in the namespace of a new one. They can't make it fail, nor delay it by more than a
 * few seconds: then the removal goes on beside it.
 *
 * @returns a function that stops the removal, and waits until it has
 */
export async function removeLeftovers(
  cluster: Cluster,
  namespace: string,
  report: ReportEvent,
): Promise<() => Promise<void>> {
  const stop = new AbortController()
  const note = (what: string) => report({ kind: 'note', what })
  const removing = removeDeadRuns(cluster, namespace, stop.signal).then(
    (lines) => {
      for (const line of lines) note(`removed ${line}`)
    },
    (error) => {
      const reason = stop.signal.aborted ? 'their pods are still terminating' : (error as Error).message
      note(`leftovers of killed runs in namespace ${namespace} are not removed: ${reason}`)
    },
  )
  await Promise.race([removing, pause(leftoversGoneWithinMs, undefined, { ref: false })])
  return async () => {
    stop.abort()
    await removing
  }
}

/** The same for the namespace and the cluster that the environment names. */
export async function removeDeadRunsOfContext(): Promise<string[]> {
  return removeDeadRuns(connectToCluster(), readKubernetesSettings().testNamespace)
}
