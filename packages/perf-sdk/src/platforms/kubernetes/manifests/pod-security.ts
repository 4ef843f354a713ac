import type { Cluster } from '@dapr-perf/kubernetes'
import type { V1SecurityContext } from '@kubernetes/client-node'
import type { App } from '../../../description/app.js'

const label = 'pod-security.kubernetes.io/enforce'

/** Whether a namespace admits only pods of Pod Security's level restricted; false if this user can't read it. */
export async function isRestricted(cluster: Cluster, namespace: string): Promise<boolean> {
  const found = await cluster.core.readNamespace({ name: namespace }).catch(() => undefined)
  return found?.metadata?.labels?.[label] === 'restricted'
}

/** What the level restricted asks of a pod, and of its containers; the injector takes care of the sidecar's. */
export const restrictedPod = { seccompProfile: { type: 'RuntimeDefault' } }
export const restrictedContainer: V1SecurityContext = {
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
}

/** Our own apps always comply. The user's may need more, and get less only where they could not start otherwise. */
export const mustComply = ({ imageName }: App, { restricted }: { restricted: boolean }) =>
  imageName !== undefined || restricted
