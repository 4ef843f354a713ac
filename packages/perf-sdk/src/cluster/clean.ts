import type { Cluster } from '../kubernetes/cluster.js'
import { managedBy, selector } from '../kubernetes/labels.js'
import { readKubernetesSettings } from '../kubernetes/settings.js'
import { removeLeftoverRuns } from '../platforms/kubernetes/removal.js'
import { removeUnusedCrds } from './dapr-crds.js'
import { findDaprObjects, removeDaprObjects } from './dapr-leftovers.js'
import { uninstallDapr } from './dapr-release.js'
import { helm } from './helm.js'
import { removeLabelledObjects } from './labelled-objects.js'
import { deleteNamespace } from './namespaces.js'

interface CleanOptions {
  env?: NodeJS.ProcessEnv
  report?: (line: string) => void
}

/** Deletes DAPR_TEST_NAMESPACE, waits until it is gone, and removes what a Dapr in it had put elsewhere. */
export async function deleteTestNamespace(cluster: Cluster, { env, report = () => {} }: CleanOptions = {}) {
  const { testNamespace: namespace } = readKubernetesSettings(env)
  // In this order: the operator converts Dapr's objects, so they can't be deleted any more where it went first.
  if (await uninstallDapr(cluster, namespace)) report(`Dapr in namespace ${namespace}: uninstalled`)
  const wasThere = await deleteNamespace(cluster, namespace)
  report(`namespace ${namespace}: ${wasThere ? 'deleted' : 'is not there'}`)
  const left = (await findDaprObjects(cluster)).filter(
    ({ releasedIn, isAlive }) => releasedIn === namespace && !isAlive,
  )
  for (const line of await removeDaprObjects(cluster, left)) report(line)
}

/**
 * Removes everything that this program has put anywhere into the cluster, what an earlier Dapr that is gone has left,
 * and Dapr's CRDs where nobody needs them. Runs that are alive keep what they have, but for a namespace that goes.
 */
export async function cleanCluster(
  cluster: Cluster,
  { report = () => {} }: CleanOptions = {},
): Promise<void> {
  let nothing = true
  const say = (line: string) => {
    nothing = false
    report(line)
  }
  for (const line of await removeLeftoverRuns(cluster)) say(`removed ${line}`)
  for (const { name, namespace } of await ownReleases(cluster)) {
    await helm(cluster, ['uninstall', name, '--namespace', namespace, '--wait', '--timeout', '5m0s'])
    say(`Helm's release ${name} in namespace ${namespace}: uninstalled`)
  }
  for (const line of await removeLabelledObjects(cluster)) say(line)
  const { items } = await cluster.core.listNamespace({ labelSelector: selector(managedBy) })
  for (const { metadata } of items) {
    await deleteNamespace(cluster, metadata?.name as string)
    say(`namespace ${metadata?.name}: deleted`)
  }
  const left = (await findDaprObjects(cluster)).filter(({ isAlive }) => !isAlive)
  for (const line of await removeDaprObjects(cluster, left)) say(line)
  for (const line of await removeUnusedCrds(cluster)) say(line)
  if (nothing) report('nothing was left in the cluster')
}

/** The releases that this program has installed: helm keeps each in Secrets, with the labels that it was given. */
async function ownReleases(cluster: Cluster): Promise<{ name: string; namespace: string }[]> {
  const labelSelector = selector({ owner: 'helm', ...managedBy })
  const { items } = await cluster.core.listSecretForAllNamespaces({ labelSelector })
  const releases = items.map(({ metadata }) => ({
    name: metadata?.labels?.name as string,
    namespace: metadata?.namespace as string,
  }))
  return [...new Map(releases.map((release) => [`${release.namespace}/${release.name}`, release])).values()]
}
