import type { V1Pod } from '@kubernetes/client-node'
import type { App } from '../../../description/app.js'
import { hasMetrics } from '../../../description/configuration.js'
import type { Environment } from '../../../model/environment.js'
import { daprEnvironment } from '../../dapr-environment.js'
import type { Deployment } from '../../platform.js'
import { describeNodes } from '../nodes/nodes.js'
import { sidecarOf } from '../pods/pod-state.js'
import type { Run, RunHandles } from '../run/run.js'
import { admittedBesides } from './admission.js'
import { clusterPrograms } from './programs.js'
import { daprSettingsOf } from './sidecar-info.js'

/** What a case runs in: the cluster, and the settings of the sidecars. */
export async function environmentOf(
  apps: App[],
  pods: V1Pod[],
  deployment: Pick<Deployment, 'components' | 'configuration' | 'resources'>,
  run: Run & Pick<RunHandles, 'cluster'>,
): Promise<Environment> {
  const { cluster, settings } = run
  const injected = daprSettingsOf(pods.find(sidecarOf))
  const admission = admittedBesides(apps, pods, run)
  const { gitVersion } = await cluster.version.getCode()
  return {
    platform: 'kubernetes',
    programs: await clusterPrograms(apps, pods, cluster),
    cluster: {
      kubernetes: gitVersion,
      context: cluster.context,
      namespace: settings.testNamespace,
      nodes: await describeNodes(cluster, pods),
      ...(Object.keys(admission).length > 0 && { admission }),
    },
    dapr: {
      ...daprEnvironment({ ...deployment, apps }),
      ...injected,
      metrics: hasMetrics(deployment.configuration) && injected.metrics,
    },
  }
}
