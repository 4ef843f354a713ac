import type { Cluster } from '@dapr-perf/kubernetes'
import { readKubernetesSettings } from '@dapr-perf/kubernetes/settings'
import { apply } from '../manifests.js'

/** A Dapr component, as data. */
export interface ComponentToSetUp {
  name: string
  /** `state.in-memory`, `pubsub.redis`, … */
  typeName: string
  version: string
  metadata: Record<string, string>
  scopes: string[]
}

interface SetupOptions {
  env?: NodeJS.ProcessEnv
  report?: (line: string) => void
}

/**
 * Creates or updates components in DAPR_TEST_NAMESPACE, for load tests without `dapr-perf run`, which creates its own. Of
 * several with the same name the last counts. Pass only those that are needed: a sidecar exits if it cannot reach a
 * component in its scope.
 */
export async function setupTestComponents(
  cluster: Cluster,
  components: ComponentToSetUp[],
  { env, report = () => {} }: SetupOptions = {},
): Promise<void> {
  const { testNamespace: namespace } = readKubernetesSettings(env)
  const objects = components.map(({ name, typeName, version, metadata, scopes }) => ({
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Component',
    metadata: { name },
    spec: {
      type: typeName,
      version,
      metadata: Object.entries(metadata).map(([key, value]) => ({ name: key, value })),
    },
    scopes,
  }))
  const byName = new Map(objects.map((object) => [object.metadata.name, object]))
  for (const line of await apply(cluster, [...byName.values()], { namespace })) report(line)
  if (objects.length === 0) report('no components are needed')
}
