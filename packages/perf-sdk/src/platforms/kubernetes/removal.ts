import type { V1Pod } from '@kubernetes/client-node'
import pRetry from 'p-retry'
import { type Cluster, connectToCluster } from '../../kubernetes/cluster.js'
import { ignoreNotFound, isTransient } from '../../kubernetes/errors.js'
import { managedBy, runLabel, selector } from '../../kubernetes/labels.js'
import { LiveList } from '../../kubernetes/live-list.js'
import { readKubernetesSettings } from '../../kubernetes/settings.js'
import { daprResource } from './dapr-resource.js'
import { findDeadOwners, type OwnerLease } from './owner.js'

/** After an outage of the API server it takes the kubelets half a minute to hear of a deletion. */
const podsGoneWithinMs = 60_000
const pauses = { retries: 15, minTimeout: 200, maxTimeout: 2_000, maxRetryTime: 30_000 }

/**
 * Deletes all that a run has in the cluster, and waits for the end of its pods. Its Lease goes last: what remains where
 * this fails is found by it. An API server that doesn't answer is asked again for half a minute.
 *
 * @returns the names of pods that have not ended after a minute
 */
export async function removeRun(cluster: Cluster, owner: OwnerLease): Promise<string[]> {
  const { namespace, runId, name } = owner
  const patiently = <T>(request: () => Promise<T>) =>
    pRetry(request, { ...pauses, shouldRetry: ({ error }) => isTransient(error) })
  const these = { namespace, labelSelector: selector({ ...managedBy, [runLabel]: runId }) }

  const removePods = async () => {
    // From the top down, so that none is made again.
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
      // Where Dapr is not installed, there is no such kind.
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
 * Removes what runs whose process is dead have left, in one namespace or in all. Runs that are alive are not touched.
 *
 * @returns a line for each such run
 */
export async function removeLeftoverRuns(cluster: Cluster, namespace?: string): Promise<string[]> {
  const dead = await findDeadOwners(cluster, namespace)
  await Promise.all(dead.map((owner) => removeRun(cluster, owner)))
  return dead.map(({ runId, namespace: place }) => `what run ${runId} had in namespace ${place}`)
}

/** The same for the namespace and the cluster that the environment names. */
export async function removeLeftovers(): Promise<string[]> {
  return removeLeftoverRuns(connectToCluster(), readKubernetesSettings().testNamespace)
}
