import type { Cluster } from '@dapr-perf/kubernetes'
import type { V1Pod } from '@kubernetes/client-node'
import type { Environment } from '../platform.js'
import { nameOf, sidecarContainer } from './pod-state.js'

/** The settings that a sidecar's figures depend on, read from what the injector set. */
export function daprSettingsOf(
  pod: V1Pod | undefined,
): Pick<Environment['dapr'], 'mtls' | 'metrics' | 'nameResolution' | 'sidecarResources'> {
  const { args = [], resources } = (pod && sidecarOf(pod)) ?? {}
  return {
    mtls: args.includes('--enable-mtls'),
    metrics: args.includes('--enable-metrics'),
    nameResolution: 'kubernetes',
    ...(resources && {
      sidecarResources: { requests: resources.requests ?? {}, limits: resources.limits ?? {} },
    }),
  }
}

/** The version in the sidecar's JSON log lines; the tag of its image may be anything. */
export async function daprdVersionOf(pod: V1Pod, cluster: Cluster): Promise<string> {
  const { namespace } = pod.metadata ?? {}
  const log = `/api/v1/namespaces/${namespace}/pods/${nameOf(pod)}/log?container=${sidecarContainer}&limitBytes=4096`
  return /"ver":"([^"]+)"/.exec(await cluster.get(log))?.[1] ?? 'unknown'
}

export const sidecarOf = ({ spec }: V1Pod) =>
  [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].find(({ name }) => name === sidecarContainer)
