import {
  type Cluster,
  ignoreNotFound,
  isTransient,
  managedBy,
  runLabel,
  selector,
} from '@dapr-perf/kubernetes'
import type { KubernetesObject } from '@kubernetes/client-node'

interface ApiResource {
  name: string
  kind: string
  verbs: string[]
}

/**
 * Removes the objects that dapr-perf has created in any namespace, except namespaces and the objects of runs.
 *
 * @returns a line for each
 */
export async function removeLabelledObjects(cluster: Cluster): Promise<string[]> {
  const groups = await groupVersions(cluster)
  const found = (await Promise.all(groups.map((group) => objectsIn(cluster, group)))).flat()
  const objects = new Map(found.map((object) => [object.metadata?.uid, object])) // an object may be served by two API groups
  await Promise.all([...objects.values()].map((object) => ignoreNotFound(cluster.objects.delete(object))))
  return [...objects.values()].map(
    ({ kind, metadata }) => `${kind} ${metadata?.name} in namespace ${metadata?.namespace}: removed`,
  )
}

/** `v1`, `apps/v1`, …: the preferred version of each API group. */
async function groupVersions(cluster: Cluster): Promise<string[]> {
  const { groups } = JSON.parse(await cluster.get('/apis'))
  type Group = { preferredVersion: { groupVersion: string } }
  return ['v1', ...groups.map(({ preferredVersion }: Group) => preferredVersion.groupVersion)]
}

async function objectsIn(cluster: Cluster, apiVersion: string): Promise<KubernetesObject[]> {
  const path = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`
  const labelSelector = encodeURIComponent(`${selector(managedBy)},!${runLabel}`)
  const lists = (await resourcesIn(cluster, path)).map(async ({ name, kind }) => {
    const { items } = JSON.parse(await cluster.get(`${path}/${name}?labelSelector=${labelSelector}`))
    return items.map((item: KubernetesObject) => ({ ...item, apiVersion, kind }))
  })
  return (await Promise.all(lists)).flat()
}

async function resourcesIn(cluster: Cluster, path: string): Promise<ApiResource[]> {
  try {
    const { resources } = JSON.parse(await cluster.get(path)) as { resources: ApiResource[] }
    return resources.filter(
      ({ name, kind, verbs }) =>
        kind !== 'Namespace' && !name.includes('/') && verbs.includes('list') && verbs.includes('delete'),
    )
  } catch (error) {
    if (isTransient(error)) return [] // an aggregated API whose server is down
    throw error
  }
}
