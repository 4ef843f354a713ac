import { DaprPerfError } from '@dapr-perf/errors'
import { type Cluster, isNotFound } from '@dapr-perf/kubernetes'
import { mergePatch } from '../manifests.js'

/**
 * Sets mTLS in the Configuration of the control plane. A Helm upgrade alone does not revert changes made there.
 *
 * @throws DaprPerfError where Dapr is not installed in the namespace
 */
export async function setMtls(cluster: Cluster, namespace: string, enabled: boolean): Promise<void> {
  const configuration = { ...systemConfiguration(namespace), spec: { mtls: { enabled } } }
  await ofDapr(namespace, () => mergePatch(cluster, configuration))
}

/** @throws DaprPerfError where Dapr is not installed in the namespace */
export async function checkInstalled(cluster: Cluster, namespace: string): Promise<void> {
  await ofDapr(namespace, () => cluster.objects.read(systemConfiguration(namespace)))
}

const systemConfiguration = (namespace: string) => ({
  apiVersion: 'dapr.io/v1alpha1',
  kind: 'Configuration',
  metadata: { name: 'daprsystem', namespace },
})

/** @throws DaprPerfError where what a step needs of Dapr is not there */
async function ofDapr(namespace: string, step: () => Promise<unknown>): Promise<void> {
  try {
    await step()
  } catch (error) {
    if (!isNotFound(error)) throw error
    throw new DaprPerfError(
      `Dapr is not installed in namespace ${namespace}: install it with npx turbo docker-deploy-k8s, or set DAPR_NAMESPACE`,
      { cause: error },
    )
  }
}
