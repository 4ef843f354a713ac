import { DaprPerfError } from '../errors.js'
import type { Cluster } from '../kubernetes/cluster.js'
import { isNotFound } from '../kubernetes/errors.js'
import { readKubernetesSettings } from '../kubernetes/settings.js'
import { apply, mergePatch, readManifest } from './manifests.js'

interface SetupOptions {
  env?: NodeJS.ProcessEnv
  report?: (line: string) => void
}

/** Puts the configurations disable-telemetry and obs-defaultmetric into DAPR_TEST_NAMESPACE. */
export async function setupAppConfigurations(
  cluster: Cluster,
  { env, report = () => {} }: SetupOptions = {},
) {
  const { testNamespace: namespace } = readKubernetesSettings(env)
  for (const line of await apply(cluster, await readManifest('app-configurations'), { namespace }))
    report(line)
}

/** Turns mTLS off for the Dapr in DAPR_NAMESPACE; the next `docker-deploy-k8s` turns it on again. */
export async function setupDisableMtls(cluster: Cluster, { env, report = () => {} }: SetupOptions = {}) {
  const { daprNamespace: namespace } = readKubernetesSettings(env)
  await setMtls(cluster, namespace, false)
  report(`mTLS in namespace ${namespace}: off, for sidecars that start from now on`)
}

/** Sets mTLS in the configuration that Dapr's control plane itself obeys: helm leaves there what others have changed. */
export async function setMtls(cluster: Cluster, namespace: string, enabled: boolean): Promise<void> {
  const configuration = {
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Configuration',
    metadata: { name: 'daprsystem', namespace },
    spec: { mtls: { enabled } },
  }
  try {
    await mergePatch(cluster, configuration)
  } catch (error) {
    if (!isNotFound(error)) throw error
    throw new DaprPerfError(
      `there is no Dapr in namespace ${namespace}: install it with npx turbo docker-deploy-k8s, or set DAPR_NAMESPACE`,
      { cause: error },
    )
  }
}
