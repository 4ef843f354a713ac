import type { KubernetesObject } from '@kubernetes/client-node'
import type { Cluster } from '../kubernetes/cluster.js'
import { ignoreNotFound, isTransient } from '../kubernetes/errors.js'
import { managedBy, runLabel, selector } from '../kubernetes/labels.js'

interface ApiResource {
  name: string
  kind: string
  verbs: string[]
}

/** What this program has put anywhere into the cluster, runs and namespaces apart: they are removed in their own way. */
export async function removeLabelledObjects(cluster: Cluster): Promise<string[]> {
  const groups = await groupVersions(cluster)
  const found = (await Promise.all(groups.map((group) => objectsIn(cluster, group)))).flat()
  const objects = new Map(found.map((object) => [object.metadata?.uid, object])) // one may be served by two groups
  await Promise.all([...objects.values()].map((object) => ignoreNotFound(cluster.objects.delete(object))))
  return [...objects.values()].map(
    ({ kind, metadata }) => `${kind} ${metadata?.name} in namespace ${metadata?.namespace}: removed`,
  )
}

/** `v1`, `apps/v1`, …: every group that the API server has, in the version that it prefers. */
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
    if (isTransient(error)) return [] // an API that another server offers, and that server is down
    throw error
  }
}
