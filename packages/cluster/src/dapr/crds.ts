import { type Cluster, ignoreNotFound } from '@dapr-perf/kubernetes'
import type { KubernetesObject } from '@kubernetes/client-node'
import { findDaprObjects } from './leftovers.js'

interface Crd extends KubernetesObject {
  spec: {
    group: string
    names: { plural: string; kind: string }
    versions: { name: string; served: boolean }[]
  }
}

/**
 * Removes Dapr's custom resource definitions, which helm leaves behind. It keeps all of them where a Dapr is installed, or
 * any custom resource exists, which would be deleted together with its definition.
 *
 * @returns a line that says what was done, none where there were no definitions
 */
export async function removeUnusedCrds(cluster: Cluster): Promise<string[]> {
  const crds = await daprCrds(cluster)
  if (crds.length === 0) return []
  const alive = (await findDaprObjects(cluster)).find(({ isAlive }) => isAlive)
  if (alive) return [`Dapr's CRDs: kept, the Dapr in namespace ${alive.releasedIn} needs them`]
  for (const crd of crds) {
    const [object] = await customResourcesOf(cluster, crd)
    if (!object) continue
    const { name, namespace } = object.metadata ?? {}
    return [`Dapr's CRDs: kept, there is still ${crd.spec.names.kind} ${name} in namespace ${namespace}`]
  }
  await Promise.all(crds.map((crd) => ignoreNotFound(cluster.objects.delete(crd))))
  return [`Dapr's CRDs: removed ${crds.map(({ metadata }) => metadata?.name).join(', ')}`]
}

async function daprCrds(cluster: Cluster): Promise<Crd[]> {
  const type = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' }
  const { items } = await cluster.objects.list(type.apiVersion, type.kind)
  return items.map((item) => ({ ...item, ...type }) as Crd).filter(({ spec }) => spec.group === 'dapr.io')
}

async function customResourcesOf(cluster: Cluster, { spec }: Crd): Promise<KubernetesObject[]> {
  const version = spec.versions.find(({ served }) => served)?.name
  return JSON.parse(await cluster.get(`/apis/${spec.group}/${version}/${spec.names.plural}?limit=1`)).items
}
