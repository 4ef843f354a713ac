import { type Cluster, LiveList, selector } from '@dapr-perf/kubernetes'
import type { KubernetesObject, V1Deployment, V1Pod, V1Service } from '@kubernetes/client-node'
import { runLabels } from '../manifests/manifests.js'
import type { Run, RunHandles } from '../run/run.js'

/** Lists of the objects of a run, or of a part of it, kept up to date until they are disposed of. */
export type Live = Pick<RunHandles, 'pods' | 'deployments' | 'services'>

/** Watches the objects of a run. @throws KubernetesError where a list can't be opened: then none of them is open */
export async function watchRun(cluster: Cluster, run: Run): Promise<Live> {
  const lists: Disposable[] = []
  const labelSelector = selector(runLabels(run))
  const live = async <T extends KubernetesObject>(api: string, plural: string) => {
    const path = `${api}/namespaces/${run.settings.testNamespace}/${plural}`
    const list = await LiveList.start<T>(cluster, { path, labelSelector })
    lists.push(list)
    return list
  }
  try {
    return {
      pods: await live<V1Pod>('/api/v1', 'pods'),
      services: await live<V1Service>('/api/v1', 'services'),
      deployments: await live<V1Deployment>('/apis/apps/v1', 'deployments'),
    }
  } catch (error) {
    for (const list of lists) list[Symbol.dispose]()
    throw error
  }
}
