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
import { daprResource } from './dapr-resource.js'
import { findDeadOwners, type OwnerLease } from './owner.js'

/** After an outage of the API server kubelets learn of a deletion only after half a minute. */
const podsGoneWithinMs = 60_000
const pauses = { retries: 15, minTimeout: 200, maxTimeout: 2_000, maxRetryTime: 30_000 }

/**
 * Deletes all objects of a run, and waits until its pods are gone. The Lease is deleted last: if this fails, it still
 * marks what remains. Requests that fail for a transient reason are retried for half a minute.
 *
 * @returns the names of pods that have not ended after a minute
 */
export async function removeRun(cluster: Cluster, owner: OwnerLease): Promise<string[]> {
  const { namespace, runId, name } = owner
  const patiently = <T>(request: () => Promise<T>) =>
    pRetry(request, { ...pauses, shouldRetry: ({ error }) => isTransient(error) })
  const these = { namespace, labelSelector: selector({ ...managedBy, [runLabel]: runId }) }

  const removePods = async () => {
    // Owners first, so that no pod is created again.
    await patiently(() =>
      cluster.apps.deleteCollectionNamespacedDeployment({ ...these, propagationPolicy: 'Background' }),
    )
    await patiently(() =>
      cluster.apps.deleteCollectionNamespacedReplicaSet({ ...these, propagationPolicy: 'Background' }),
    )
    await patiently(() => cluster.core.deleteCollectionNamespacedPod(these))
    return patiently(() => untilPodsGone(cluster, these))
  }
  const [stillEnding] = await Promise.all([
    removePods(),
    patiently(() => cluster.core.deleteCollectionNamespacedService(these)),
    patiently(() => cluster.core.deleteCollectionNamespacedSecret(these)),
    ...(['configurations', 'components'] as const).map((plural) =>
      // If Dapr is not installed, these kinds don't exist.
      patiently(() =>
        ignoreNotFound(
          cluster.custom.deleteCollectionNamespacedCustomObject({ ...daprResource(plural), ...these }),
        ),
      ),
    ),
  ])
  await patiently(() => ignoreNotFound(cluster.coordination.deleteNamespacedLease({ name, namespace })))
  return stillEnding
}

async function untilPodsGone(
  cluster: Cluster,
  { namespace, labelSelector }: { namespace: string; labelSelector: string },
): Promise<string[]> {
  using pods = await LiveList.start<V1Pod>(cluster, {
    path: `/api/v1/namespaces/${namespace}/pods`,
    labelSelector,
  })
  try {
    await pods.until((items) => items.length === 0 || undefined, AbortSignal.timeout(podsGoneWithinMs))
    return []
  } catch {
    return pods.items.map(({ metadata }) => metadata?.name as string)
  }
}

/**
 * Removes the leftovers of dead runs, in one namespace or in all. Runs that are alive are not touched.
 *
 * @returns a line for each such run
 */
export async function removeDeadRuns(cluster: Cluster, namespace?: string): Promise<string[]> {
  const dead = await findDeadOwners(cluster, namespace)
  await Promise.all(dead.map((owner) => removeRun(cluster, owner)))
  return dead.map(
    ({ runId, namespace: place }) => `the leftovers of the killed run ${runId} in namespace ${place}`,
  )
}

/** The same for the namespace and the cluster that the environment names. */
export async function removeDeadRunsOfContext(): Promise<string[]> {
  return removeDeadRuns(connectToCluster(), readKubernetesSettings().testNamespace)
}
