import type { Cluster } from '../kubernetes/cluster.js'
import { readKubernetesSettings } from '../kubernetes/settings.js'
import { componentSpec } from '../platforms/kubernetes/manifests.js'
import { findRedis } from '../platforms/kubernetes/redis.js'
import type { TestRunner } from '../runner/test-runner.js'
import { StateStore, type StateStoreKind } from '../sidecar/state-store.js'
import { apply } from './manifests.js'

interface SetupOptions {
  env?: NodeJS.ProcessEnv
  /** What the cases about state run on; in-memory by default. */
  stateStore?: StateStoreKind
  report?: (line: string) => void
}

/** What Dapr puts before keys where nothing else is asked for: the app's id. */
const keyPrefix = 'appid'

/**
 * Puts the components of cases into DAPR_TEST_NAMESPACE, for loads that are made without `dapr-perf run`: that brings
 * its own. Never those of all cases: a sidecar that may use one that it can't reach ends.
 */
export async function setupTestComponents(
  cluster: Cluster,
  cases: TestRunner[],
  { env, stateStore, report = () => {} }: SetupOptions = {},
): Promise<void> {
  const { testNamespace: namespace } = readKubernetesSettings(env)
  const redis = stateStore === 'redis' ? await findRedis(cluster, namespace) : undefined
  const store = new StateStore(keyPrefix, redis)
  const components = cases.flatMap((one) => one.componentsWith(store))
  const objects = components.map((component) => ({
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Component',
    metadata: { name: component.name },
    spec: componentSpec(component),
    scopes: component.scopes,
  }))
  const byName = new Map(objects.map((object) => [object.metadata.name, object]))
  for (const line of await apply(cluster, [...byName.values()], { namespace })) report(line)
  if (objects.length === 0) report('no component is needed')
}
