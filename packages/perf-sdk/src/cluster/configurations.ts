import type { Cluster } from '../kubernetes/cluster.js'
import { readKubernetesSettings } from '../kubernetes/settings.js'
import { apply, readManifest } from './manifests.js'

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

/** Turns mTLS off for the control plane in DAPR_NAMESPACE; the next `docker-deploy-k8s` turns it on again. */
export async function setupDisableMtls(cluster: Cluster, { env, report = () => {} }: SetupOptions = {}) {
  const { daprNamespace: namespace } = readKubernetesSettings(env)
  for (const line of await apply(cluster, await readManifest('disable-mtls'), { namespace })) report(line)
}
