import { type Cluster, hasLabel, managedBy } from '@dapr-perf/kubernetes'
import type { KubernetesObject } from '@kubernetes/client-node'
import { ownReleases, releaseNameAnnotation } from '../dapr/helm-release.js'

/** The kinds of objects that hold somebody's work: programs and data. */
const kinds = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'apps/v1', kind: 'DaemonSet' },
  { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  { apiVersion: 'batch/v1', kind: 'CronJob' },
  { apiVersion: 'batch/v1', kind: 'Job' },
  { apiVersion: 'v1', kind: 'Pod' },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
]

/** The programs and volumes in a namespace that dapr-perf has not created, as `KIND NAME`. */
export async function foreignObjects(cluster: Cluster, namespace: string): Promise<string[]> {
  const releases = await ownReleases(cluster)
  const own = releases.filter((release) => release.namespace === namespace).map(({ name }) => name)
  const lists = kinds.map(async ({ apiVersion, kind }) => {
    const { items } = await cluster.objects.list(apiVersion, kind, namespace)
    return items
      .filter((object) => !hasCheckedOwner(object) && !object.metadata?.deletionTimestamp)
      .filter((object) => !hasLabel(object, managedBy))
      .filter(({ metadata }) => !own.includes(metadata?.annotations?.[releaseNameAnnotation] ?? ''))
      .map(({ metadata }) => `${kind} ${metadata?.name}`)
  })
  return (await Promise.all(lists)).flat()
}

/** Whether its owner is of these kinds, and so looked at itself. An operator's resource is not. */
const hasCheckedOwner = ({ metadata }: KubernetesObject) =>
  metadata?.ownerReferences?.some((owner) =>
    kinds.some(({ apiVersion, kind }) => owner.kind === kind && owner.apiVersion === apiVersion),
  )
