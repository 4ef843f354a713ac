import { DaprPerfError } from '@dapr-perf/errors'
import { type Cluster, hasLabel, ignoreNotFound, managedBy, selector } from '@dapr-perf/kubernetes'
import { readKubernetesSettings } from '@dapr-perf/kubernetes/settings'
import { removeUnusedCrds } from '../dapr/crds.js'
import { ownReleases, uninstallDapr, uninstallRelease } from '../dapr/helm-release.js'
import { describe, findDaprObjects, removeDaprObjects } from '../dapr/leftovers.js'
import { deleteNamespace } from '../namespaces.js'
import { foreignObjects } from './foreign-objects.js'
import { removeLabelledObjects } from './labelled-objects.js'

interface CleanOptions {
  env?: NodeJS.ProcessEnv
  report?: (line: string) => void
}

/**
 * Deletes DAPR_TEST_NAMESPACE with the Dapr in it, waits until it is deleted, and removes what that Dapr had created
 * outside of it.
 *
 * @throws DaprPerfError where dapr-perf has not created the namespace, or not the programs and volumes in it, or it still
 * exists after 3 minutes
 */
export async function deleteTestNamespace(cluster: Cluster, { env, report = () => {} }: CleanOptions = {}) {
  const { testNamespace: namespace } = readKubernetesSettings(env)
  await checkOurs(cluster, namespace)
  // Dapr first: its objects can't be deleted with the namespace once the operator, which converts them, is gone.
  if (await uninstallDapr(cluster, namespace)) report(`Dapr in namespace ${namespace}: uninstalled`)
  const wasThere = await deleteNamespace(cluster, namespace)
  report(`namespace ${namespace}: ${wasThere ? 'deleted' : 'does not exist'}`)
  const left = (await findDaprObjects(cluster)).filter(
    ({ releasedIn, isAlive, isOurs }) => releasedIn === namespace && !isAlive && isOurs,
  )
  for (const line of await removeDaprObjects(cluster, left)) report(line)
}

async function checkOurs(cluster: Cluster, name: string): Promise<void> {
  const namespace = await ignoreNotFound(cluster.core.readNamespace({ name }))
  if (!namespace) return
  const otherwise = `npx dapr-perf test-clean removes what dapr-perf has created in it. If it is yours to delete: kubectl delete namespace ${name}`
  if (!hasLabel(namespace, managedBy))
    throw new DaprPerfError(
      `namespace ${name} was not created by dapr-perf, and is not deleted. ${otherwise}`,
    )
  const foreign = await foreignObjects(cluster, name)
  if (foreign.length === 0) return
  throw new DaprPerfError(
    `namespace ${name} is not deleted: dapr-perf did not create ${foreign.join(', ')} in it. ${otherwise}`,
  )
}

/**
 * Removes everything that dapr-perf has created in the cluster, in any namespace: Helm releases, labelled objects,
 * namespaces, unless they hold programs or volumes of others. Then what its uninstalled Daprs have left behind, and the CRDs
 * that came with them where they are unused. The objects of runs stay, unless their namespace is deleted.
 *
 * @returns whether anything was reported as removed or kept
 */
export async function cleanCluster(
  cluster: Cluster,
  { report = () => {} }: CleanOptions = {},
): Promise<boolean> {
  let removed = false
  const reportChange = (line: string) => {
    removed = true
    report(line)
  }
  for (const release of await ownReleases(cluster)) {
    await uninstallRelease(cluster, release)
    reportChange(`Helm's release ${release.name} in namespace ${release.namespace}: uninstalled`)
  }
  for (const line of await removeLabelledObjects(cluster)) reportChange(line)
  const { items } = await cluster.core.listNamespace({ labelSelector: selector(managedBy) })
  for (const { metadata } of items) {
    const name = metadata?.name as string
    const foreign = await foreignObjects(cluster, name)
    if (foreign.length > 0) {
      reportChange(`namespace ${name}: kept, dapr-perf did not create ${foreign.join(', ')}`)
    } else {
      await deleteNamespace(cluster, name)
      reportChange(`namespace ${name}: deleted`)
    }
  }
  const left = (await findDaprObjects(cluster)).filter(({ isAlive }) => !isAlive)
  const ours = left.filter(({ isOurs }) => isOurs)
  for (const line of await removeDaprObjects(cluster, ours)) reportChange(line)
  for (const object of left.filter(({ isOurs }) => !isOurs))
    reportChange(`${describe(object)}: kept, dapr-perf did not install it`)
  for (const line of await removeUnusedCrds(cluster)) reportChange(line)
  return removed
}
