import type { Cluster } from '@dapr-perf/kubernetes'
import type { V1Pod } from '@kubernetes/client-node'
import { knownQuantity } from '../../../description/quantity.js'
import type { ClusterNode } from '../../../model/environment.js'

/** The nodes that the pods run on. Without permission to read nodes, only their names. */
export async function describeNodes(cluster: Cluster, pods: V1Pod[]): Promise<ClusterNode[]> {
  const names = [...new Set(pods.map(({ spec }) => spec?.nodeName as string))].sort()
  return Promise.all(
    names.map(async (name): Promise<ClusterNode> => {
      const node = await cluster.core.readNode({ name }).catch(() => undefined)
      const { nodeInfo, capacity } = node?.status ?? {}
      const [cores, memoryBytes] = [knownQuantity(capacity?.cpu), knownQuantity(capacity?.memory)]
      const instanceType = node?.metadata?.labels?.['node.kubernetes.io/instance-type']
      return {
        name,
        ...(nodeInfo && {
          os: `${nodeInfo.osImage} ${nodeInfo.kernelVersion}`,
          kubelet: nodeInfo.kubeletVersion,
        }),
        ...(instanceType && { instanceType }),
        ...(cores !== undefined && { cores }),
        ...(memoryBytes !== undefined && { memoryBytes }),
      }
    }),
  )
}
