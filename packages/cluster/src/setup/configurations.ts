import { DaprPerfError } from '@dapr-perf/errors'
import type { Cluster } from '@dapr-perf/kubernetes'
import { readKubernetesSettings } from '@dapr-perf/kubernetes/settings'
import { findRelease } from '../dapr/helm-release.js'
import { checkInstalled, setMtls } from '../dapr/mtls.js'
import { apply, readManifest } from '../manifests.js'

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
  await checkInstalled(cluster, namespace)
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
