import { DaprPerfError } from '@dapr-perf/errors'
import { type Cluster, managedBy, selector } from '@dapr-perf/kubernetes'
import type { KubernetesObject } from '@kubernetes/client-node'
import { parseAllDocuments } from 'yaml'
import { helm } from './helm.js'

/** Helm writes the name of an object's release into it. */
export const releaseNameAnnotation = 'meta.helm.sh/release-name'
/** The name of Dapr's Helm release. */
export const releaseName = 'dapr'
export const helmTimeoutMs = 5 * 60_000
export const helmTimeout = `${helmTimeoutMs / 60_000}m`

export interface HelmRelease {
  status: string
  revision: string
  /** The start of its last operation, in ISO 8601. */
  updated: string
  /** Whether dapr-perf has installed it: then it has the label `managedBy`, which later revisions keep. */
  isOurs: boolean
}

/** Dapr's release in a namespace. */
export async function findRelease(cluster: Cluster, namespace: string): Promise<HelmRelease | undefined> {
  const anyStatus = ['--deployed', '--failed', '--pending', '--uninstalling', '--uninstalled']
  const asJson = ['--output', 'json', '--time-format', '2006-01-02T15:04:05Z07:00']
  const named = ['--namespace', namespace, '--filter', `^${releaseName}$`]
  const [found] = JSON.parse(await helm(cluster, ['list', ...named, ...anyStatus, ...asJson]))
  if (!found) return undefined
  const own = await ownReleases(cluster)
  return { ...found, isOurs: own.some((one) => one.name === releaseName && one.namespace === namespace) }
}

/** The Helm releases of dapr-perf. Helm stores each in Secrets that have the labels of the release. */
export async function ownReleases(cluster: Cluster): Promise<{ name: string; namespace: string }[]> {
  const labelSelector = selector({ owner: 'helm', ...managedBy })
  const { items } = await cluster.core.listSecretForAllNamespaces({ labelSelector })
  const releases = items.map(({ metadata }) => ({
    name: metadata?.labels?.name as string,
    namespace: metadata?.namespace as string,
  }))
  return [...new Map(releases.map((release) => [`${release.namespace}/${release.name}`, release])).values()]
}

/** The objects that the current revision of Dapr's release has created. */
export async function objectsOfRelease(cluster: Cluster, namespace: string): Promise<KubernetesObject[]> {
  return parseObjects(await helm(cluster, ['get', 'manifest', releaseName, '--namespace', namespace]))
}

/** The objects that the chart would create. */
export async function objectsOfChart(
  cluster: Cluster,
  namespace: string,
  { chart, values }: { chart: string[]; values: object },
): Promise<KubernetesObject[]> {
  const { gitVersion } = await cluster.version.getCode()
  const flags = [
    '--namespace',
    namespace,
    '--values',
    '-',
    '--dry-run=server',
    '--no-hooks',
    '--kube-version',
    gitVersion,
  ]
  return parseObjects(await helm(cluster, ['template', releaseName, ...chart, ...flags], { values }))
}

/**
 * Uninstalls Dapr's control plane from a namespace; namespaces and CRDs stay.
 *
 * @returns whether it was installed
 * @throws DaprPerfError where dapr-perf has not installed it
 */
export async function uninstallDapr(cluster: Cluster, namespace: string): Promise<boolean> {
  const found = await findRelease(cluster, namespace)
  if (!found) return false
  if (!found.isOurs) {
    throw new DaprPerfError(
      `the Dapr in namespace ${namespace} was not installed by dapr-perf, and is not removed. ` +
        `If it is yours to remove: helm uninstall ${releaseName} --namespace ${namespace}`,
    )
  }
  await uninstallRelease(cluster, { name: releaseName, namespace })
  return true
}

export async function uninstallRelease(
  cluster: Cluster,
  { name, namespace }: { name: string; namespace: string },
): Promise<void> {
  await helm(cluster, ['uninstall', name, '--namespace', namespace, '--wait', '--timeout', helmTimeout])
}

function parseObjects(manifest: string): KubernetesObject[] {
  return parseAllDocuments(manifest)
    .map((document) => document.toJS())
    .filter(Boolean)
}
