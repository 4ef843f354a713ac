import type { V1Pod } from '@kubernetes/client-node'
import type { Cluster } from '../../kubernetes/cluster.js'
import type { Environment } from '../platform.js'
import { sidecarContainer } from './manifests.js'
import { nameOf } from './pod-state.js'

/** What decides the figures of a sidecar: the injector wrote it into its arguments. */
export function daprSettingsOf(pod: V1Pod | undefined): Environment['dapr'] {
  const args = (pod && sidecarOf(pod)?.args) ?? []
  return {
    mtls: args.includes('--enable-mtls'),
    apiLogging: args.includes('--enable-api-logging=true'),
    metrics: args.includes('--enable-metrics'),
    tracing: false,
    nameResolution: 'kubernetes',
  }
}

/** The version that a sidecar says in each line that it logs as JSON; its image may have any tag. */
export async function daprdVersionOf(pod: V1Pod, cluster: Cluster): Promise<string> {
  const { namespace } = pod.metadata ?? {}
  const log = `/api/v1/namespaces/${namespace}/pods/${nameOf(pod)}/log?container=${sidecarContainer}&limitBytes=4096`
  return /"ver":"([^"]+)"/.exec(await cluster.get(log))?.[1] ?? 'unknown'
}

export const sidecarOf = ({ spec }: V1Pod) =>
  [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].find(({ name }) => name === sidecarContainer)
