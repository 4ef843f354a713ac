import pRetry from 'p-retry'
import { type Cluster, connectToCluster } from '../../kubernetes/cluster.js'
import { ignoreNotFound, isTransient } from '../../kubernetes/errors.js'
import { managedBy, runLabel, selector } from '../../kubernetes/labels.js'
import { readKubernetesSettings } from '../../kubernetes/settings.js'
import { daprResource } from './dapr-resource.js'
import { findDeadOwners, type OwnerLease } from './owner.js'

const pauses = { retries: 15, minTimeout: 200, maxTimeout: 2_000 }

/**
 * Deletes all that a run has in the cluster, its Lease last: what remains where this fails is found by it. An API
 * server that doesn't answer is asked again for half a minute.
 *
 * @param untilPodsGone waits for the end of its pods
 */
export async function removeRun(
  cluster: Cluster,
  owner: OwnerLease,
  untilPodsGone: () => Promise<void> = async () => {},
): Promise<void> {
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
    await untilPodsGone()
  }
  await Promise.all([
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
