import type { Cluster } from '../kubernetes/cluster.js'
import { readKubernetesSettings } from '../kubernetes/settings.js'
import type { Component } from '../platforms/descriptions.js'
import { apply } from './manifests.js'

interface SetupOptions {
  env?: NodeJS.ProcessEnv
  report?: (line: string) => void
}

/**
 * Puts components into DAPR_TEST_NAMESPACE, for loads that are made without `dapr-perf run`: that brings its own.
 *
 * @param components those that the chosen cases need, never all: a sidecar that may use one that it can't reach ends
 */
export async function setupTestComponents(
  cluster: Cluster,
  components: Component[],
  { env, report = () => {} }: SetupOptions = {},
): Promise<void> {
  const { testNamespace: namespace } = readKubernetesSettings(env)
  const objects = components.map(({ name, typeName: type, version, metadata, scopes }) => ({
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Component',
    metadata: { name },
    spec: { type, version, metadata: Object.entries(metadata).map(([key, value]) => ({ name: key, value })) },
    scopes,
  }))
  for (const line of await apply(cluster, objects, { namespace })) report(line)
}
