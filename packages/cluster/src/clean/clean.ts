import { type Cluster, managedBy, selector } from '@dapr-perf/kubernetes'
import { readKubernetesSettings } from '@dapr-perf/kubernetes/settings'
import { removeUnusedCrds } from '../dapr/crds.js'
import { helm } from '../dapr/helm.js'
import { findDaprObjects, removeDaprObjects } from '../dapr/leftovers.js'
import { uninstallDapr } from '../dapr/release.js'
import { deleteNamespace } from '../namespaces.js'
import { removeLabelledObjects } from './labelled-objects.js'

interface CleanOptions {
  env?: NodeJS.ProcessEnv
  report?: (line: string) => void
}

/**
 * Deletes DAPR_TEST_NAMESPACE with the Dapr in it, waits until it is deleted, and removes what that Dapr had created
 * outside of it.
 *
 * @throws DaprPerfError where the namespace still exists after 3 minutes
 */
export async function deleteTestNamespace(cluster: Cluster, { env, report = () => {} }: CleanOptions = {}) {
  const { testNamespace: namespace } = readKubernetesSettings(env)
  // Dapr first: its objects can't be deleted with the namespace once the operator, which converts them, is gone.
  if (await uninstallDapr(cluster, namespace)) report(`Dapr in namespace ${namespace}: uninstalled`)
  const wasThere = await deleteNamespace(cluster, namespace)
  report(`namespace ${namespace}: ${wasThere ? 'deleted' : 'does not exist'}`)
  const left = (await findDaprObjects(cluster)).filter(
    ({ releasedIn, isAlive }) => releasedIn === namespace && !isAlive,
  )
  for (const line of await removeDaprObjects(cluster, left)) report(line)
}

/**
 * Removes everything that dapr-perf has created in the cluster, in any namespace: Helm releases, labelled objects,
 * namespaces. Then what uninstalled Daprs have left behind, and Dapr's CRDs where they are unused. The objects of runs
 * stay, unless their namespace is deleted.
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
  for (const { name, namespace } of await ownReleases(cluster)) {
    await helm(cluster, ['uninstall', name, '--namespace', namespace, '--wait', '--timeout', '5m0s'])
    reportChange(`Helm's release ${name} in namespace ${namespace}: uninstalled`)
  }
  for (const line of await removeLabelledObjects(cluster)) reportChange(line)
  const { items } = await cluster.core.listNamespace({ labelSelector: selector(managedBy) })
  for (const { metadata } of items) {
    await deleteNamespace(cluster, metadata?.name as string)
    reportChange(`namespace ${metadata?.name}: deleted`)
  }
  const left = (await findDaprObjects(cluster)).filter(({ isAlive }) => !isAlive)
  for (const line of await removeDaprObjects(cluster, left)) reportChange(line)
  for (const line of await removeUnusedCrds(cluster)) reportChange(line)
  return removed
}

/** The Helm releases of dapr-perf. Helm stores each in Secrets that have the labels of the release. */
async function ownReleases(cluster: Cluster): Promise<{ name: string; namespace: string }[]> {
  const labelSelector = selector({ owner: 'helm', ...managedBy })
  const { items } = await cluster.core.listSecretForAllNamespaces({ labelSelector })
  const releases = items.map(({ metadata }) => ({
    name: metadata?.labels?.name as string,
    namespace: metadata?.namespace as string,
  }))
  return [...new Map(releases.map((release) => [`${release.namespace}/${release.name}`, release])).values()]
}
