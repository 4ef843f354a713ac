import { type Cluster, hasLabel, ignoreNotFound, installed } from '@dapr-perf/kubernetes'
import type { KubernetesObject } from '@kubernetes/client-node'
import { mergePatch } from '../manifests.js'
import { findDaprObjects } from './leftovers.js'

interface Crd extends KubernetesObject {
  spec: {
    group: string
    names: { plural: string; kind: string }
    versions: { name: string; storage: boolean }[]
  }
}

/** Labels the definitions of Dapr's custom resources that some work creates: they came with dapr-perf's Dapr. */
export async function labelNewCrds(cluster: Cluster, work: () => Promise<void>): Promise<void> {
  const before = new Set((await daprCrds(cluster)).map(({ metadata }) => metadata?.uid))
  try {
    await work()
  } finally {
    const added = (await daprCrds(cluster)).filter(({ metadata }) => !before.has(metadata?.uid))
    await Promise.all(
      added.map(({ metadata }) =>
        mergePatch(cluster, { ...crdType, metadata: { name: metadata?.name as string, labels: installed } }),
      ),
    )
  }
}

/**
 * Removes Dapr's custom resource definitions, which helm leaves behind. It keeps all of them where a Dapr is installed,
 * dapr-perf has not installed them, or any custom resource exists, which would be deleted together with its definition.
 *
 * @returns a line that says what was done, none where there were no definitions
 */
export async function removeUnusedCrds(cluster: Cluster): Promise<string[]> {
  const crds = await daprCrds(cluster)
  if (crds.length === 0) return []
  const alive = (await findDaprObjects(cluster)).find(({ isAlive }) => isAlive)
  if (alive) return [`Dapr's CRDs: kept, the Dapr in namespace ${alive.releasedIn} needs them`]
  const foreign = crds.filter((crd) => !hasLabel(crd, installed)).map(({ metadata }) => metadata?.name)
  if (foreign.length > 0) return [`Dapr's CRDs: kept, dapr-perf did not install ${foreign.join(', ')}`]
  for (const crd of crds) {
    const [object] = await customResourcesOf(cluster, crd)
    if (!object) continue
    const { name, namespace } = object.metadata ?? {}
    return [`Dapr's CRDs: kept, there is still ${crd.spec.names.kind} ${name} in namespace ${namespace}`]
  }
  await Promise.all(crds.map((crd) => ignoreNotFound(cluster.objects.delete(crd))))
  return [`Dapr's CRDs: removed ${crds.map(({ metadata }) => metadata?.name).join(', ')}`]
}

const crdType = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' }

async function daprCrds(cluster: Cluster): Promise<Crd[]> {
  const { items } = await cluster.objects.list(crdType.apiVersion, crdType.kind)
  return items.map((item) => ({ ...item, ...crdType }) as Crd).filter(({ spec }) => spec.group === 'dapr.io')
}

async function customResourcesOf(cluster: Cluster, { spec }: Crd): Promise<KubernetesObject[]> {
  // Others may need the operator, which converts them and may be gone.
  const version = spec.versions.find(({ storage }) => storage)?.name
  return JSON.parse(await cluster.get(`/apis/${spec.group}/${version}/${spec.names.plural}?limit=1`)).items
}
