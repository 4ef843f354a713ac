import type { V1Pod } from '@kubernetes/client-node'
import type { Environment } from '../../../model/environment.js'
import { sidecarOf } from '../pods/pod-state.js'

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
