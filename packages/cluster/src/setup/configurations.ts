import { DaprPerfError } from '@dapr-perf/errors'
import { type Cluster, isNotFound } from '@dapr-perf/kubernetes'
import { readKubernetesSettings } from '@dapr-perf/kubernetes/settings'
import { findRelease } from '../dapr/helm-release.js'
import { apply, mergePatch, readManifest } from './manifests.js'

interface SetupOptions {
  env?: NodeJS.ProcessEnv
  report?: (line: string) => void
}

/** Creates or updates the Configurations disable-telemetry and obs-defaultmetric in DAPR_TEST_NAMESPACE. */
export async function setupAppConfigurations(
  cluster: Cluster,
  { env, report = () => {} }: SetupOptions = {},
) {
  const { testNamespace: namespace } = readKubernetesSettings(env)
  for (const line of await apply(cluster, await readManifest('app-configurations'), { namespace }))
    report(line)
}

interface DisableMtlsOptions extends SetupOptions {
  /** Change a Dapr that dapr-perf did not install. By default false: it is an error. */
  changeForeign?: boolean
}

/**
 * Disables mTLS in the Dapr of DAPR_NAMESPACE; the next `docker-deploy-k8s` enables it again.
 *
 * @throws DaprPerfError where Dapr is not installed there, or not by dapr-perf
 */
export async function setupDisableMtls(
  cluster: Cluster,
  { env, changeForeign = false, report = () => {} }: DisableMtlsOptions = {},
) {
  const { daprNamespace: namespace } = readKubernetesSettings(env)
  await ofDapr(namespace, () => cluster.objects.read(systemConfiguration(namespace)))
  const release = await findRelease(cluster, namespace)
  if (!release?.isOurs && !changeForeign) {
    throw new DaprPerfError(
      `the Dapr in namespace ${namespace} was not installed by dapr-perf, and is not changed: mTLS would be disabled for ` +
        'all its sidecars that start from now on. To change it nevertheless: npx dapr-perf setup-disable-mtls --change-foreign',
    )
  }
  await setMtls(cluster, namespace, false)
  report(`mTLS in namespace ${namespace}: disabled for sidecars that start from now on`)
}

/**
 * Sets mTLS in the Configuration of the control plane. A Helm upgrade alone does not revert changes made there.
 *
 * @throws DaprPerfError where Dapr is not installed in the namespace
 */
export async function setMtls(cluster: Cluster, namespace: string, enabled: boolean): Promise<void> {
  const configuration = { ...systemConfiguration(namespace), spec: { mtls: { enabled } } }
  await ofDapr(namespace, () => mergePatch(cluster, configuration))
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
