import {
  type Cluster,
  ignoreNotFound,
  isNotFound,
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
  const groups = await servedVersions(cluster)
  const found = (await Promise.all(groups.map((versions) => objectsIn(cluster, versions)))).flat()
  const objects = new Map(found.map((object) => [object.metadata?.uid, object])) // an object may be served by two API groups
  await Promise.all([...objects.values()].map((object) => deleteIfThere(cluster, object)))
  return [...objects.values()].map(
    ({ kind, metadata }) => `${kind} ${metadata?.name} in namespace ${metadata?.namespace}: removed`,
  )
}

async function deleteIfThere(cluster: Cluster, object: KubernetesObject): Promise<void> {
  try {
    await ignoreNotFound(cluster.objects.delete(object))
  } catch (error) {
    // Its kind was removed, and with it the object.
    if (!/^Unrecognized API version and kind/.test((error as Error).message)) throw error
  }
}

/** `v1`; `apps/v1`; …: the versions of each API group, the preferred one first. */
async function servedVersions(cluster: Cluster): Promise<string[][]> {
  type Version = { groupVersion: string }
  const { groups } = JSON.parse(await cluster.get('/apis'))
  return [
    ['v1'],
    ...groups.map(({ preferredVersion, versions }: { preferredVersion: Version; versions: Version[] }) => [
      ...new Set([preferredVersion, ...versions].map(({ groupVersion }) => groupVersion)),
    ]),
  ]
}

/** The objects of a group: each resource in the first of the versions that has it. */
async function objectsIn(cluster: Cluster, versions: string[]): Promise<KubernetesObject[]> {
  const labelSelector = encodeURIComponent(`${selector(managedBy)},!${runLabel}`)
  const known = new Set<string>()
  const objects: KubernetesObject[] = []
  for (const apiVersion of versions) {
    const path = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`
    const found = await readIfServed<{ resources: ApiResource[] }>(cluster, path)
    const resources = (found?.resources ?? []).filter((one) => isDeletable(one) && !known.has(one.name))
    for (const { name } of resources) known.add(name)
    const lists = resources.map(async ({ name, kind }) => {
      const list = `${path}/${name}?labelSelector=${labelSelector}`
      const { items = [] } = (await readIfServed<{ items?: KubernetesObject[] }>(cluster, list)) ?? {}
      return items.map((item) => ({ ...item, apiVersion, kind }))
    })
    objects.push(...(await Promise.all(lists)).flat())
  }
  return objects
}

const isDeletable = ({ name, kind, verbs }: ApiResource) =>
  kind !== 'Namespace' && !name.includes('/') && verbs.includes('list') && verbs.includes('delete')

/**
 * Reads a path below /apis, which may not be served any more: its kind was just removed, or the server of an aggregated
 * API is down. Then it answers undefined.
 */
async function readIfServed<T>(cluster: Cluster, path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await cluster.get(path))
  } catch (error) {
    if (path.startsWith('/apis/') && (isNotFound(error) || isTransient(error))) return undefined
    throw error
  }
}
