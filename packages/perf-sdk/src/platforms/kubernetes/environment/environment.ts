import type { V1Pod } from '@kubernetes/client-node'
import type { App } from '../../../description/app.js'
import { hasMetrics } from '../../../description/configuration.js'
import type { Environment } from '../../../model/environment.js'
import { daprEnvironment } from '../../dapr-environment.js'
import type { Deployment } from '../../platform.js'
import { describeNodes } from '../nodes/nodes.js'
import type { RunHandles } from '../run/run.js'
import { clusterPrograms } from './programs.js'
import { daprSettingsOf, sidecarOf } from './sidecar-info.js'

/** What a case runs in: the cluster, and the settings of the sidecars. */
export async function environmentOf(
  apps: App[],
  pods: V1Pod[],
  deployment: Pick<Deployment, 'components' | 'configuration' | 'resources'>,
  { cluster, settings }: Pick<RunHandles, 'cluster' | 'settings'>,
): Promise<Environment> {
  const injected = daprSettingsOf(pods.find(sidecarOf))
  const { gitVersion } = await cluster.version.getCode()
  return {
    platform: 'kubernetes',
    programs: await clusterPrograms(apps, pods, cluster),
    cluster: {
      kubernetes: gitVersion,
      context: cluster.context,
      namespace: settings.testNamespace,
      nodes: await describeNodes(cluster, pods),
    },
    dapr: {
      ...daprEnvironment(deployment),
      ...injected,
      metrics: hasMetrics(deployment.configuration) && injected.metrics,
    },
  }
}
