import { DaprPerfError, withTimeout } from '@dapr-perf/errors'
import { type Cluster, LiveList, selector } from '@dapr-perf/kubernetes'
import { readKubernetesSettings } from '@dapr-perf/kubernetes/settings'
import type { KubernetesObject, V1Deployment } from '@kubernetes/client-node'
import { type ApplyOptions, apply, readManifest } from '../manifests.js'
import { whilePodsCanStart } from '../pod-failures.js'

/** The services that components need. They require no authentication, and store nothing permanently. */
export const thirdParties = ['redis', 'kafka', 'mongodb'] as const
export type ThirdParty = (typeof thirdParties)[number]

const readyTimeoutMs = 5 * 60_000

export interface ThirdPartyOptions extends Pick<ApplyOptions, 'dryRun'> {
  env?: NodeJS.ProcessEnv
  report?: (line: string) => void
}

/**
 * Deploys Redis, Kafka or MongoDB in DAPR_TEST_NAMESPACE and waits until it is ready. DAPR_PERF_REDIS_IMAGE,
 * DAPR_PERF_KAFKA_IMAGE and DAPR_PERF_MONGODB_IMAGE replace the pinned images, for clusters without Docker Hub.
 *
 * @throws DaprPerfError where a pod cannot start, or it is not ready after 5 minutes
 */
export async function setupThirdParty(
  cluster: Cluster,
  name: ThirdParty,
  { env = process.env, dryRun = false, report = () => {} }: ThirdPartyOptions = {},
): Promise<void> {
  const { testNamespace: namespace } = readKubernetesSettings(env)
  const objects = await readManifest(name)
  const image = env[`DAPR_PERF_${name.toUpperCase()}_IMAGE`]
  if (image) setImage(objects, image)
  const applyObjects = async () => {
    for (const line of await apply(cluster, objects, { namespace, dryRun })) report(line)
  }
  if (dryRun) return applyObjects()
  const pods = { namespace, labelSelector: selector({ app: `dapr-${name}` }) }
  await whilePodsCanStart(cluster, pods, async (signal) => {
    await applyObjects()
    await untilAvailable(cluster, namespace, deploymentOf(objects), signal)
  })
  report(`${name}: ready`)
}

const deploymentOf = (objects: KubernetesObject[]) =>
  objects.find(({ kind }) => kind === 'Deployment') as V1Deployment

function setImage(objects: KubernetesObject[], image: string): void {
  const container = deploymentOf(objects).spec?.template.spec?.containers[0]
  if (container) container.image = image
}

async function untilAvailable(
  cluster: Cluster,
  namespace: string,
  { metadata }: V1Deployment,
  signal: AbortSignal,
): Promise<void> {
  using live = await LiveList.start<V1Deployment>(cluster, {
    path: `/apis/apps/v1/namespaces/${namespace}/deployments`,
    fieldSelector: `metadata.name=${metadata?.name}`,
  })
  try {
    await withTimeout(readyTimeoutMs, signal, (until) =>
      live.until((items) => items.some(isAvailable) || undefined, until),
    )
  } catch (error) {
    if ((error as Error).name !== 'TimeoutError') throw error
    throw new DaprPerfError(
      `${metadata?.name} is not ready after ${readyTimeoutMs / 60_000} min: ` +
        `see kubectl describe pod -n ${namespace}`,
      { cause: error },
    )
  }
}

function isAvailable({ metadata, spec, status }: V1Deployment): boolean {
  return (
    status?.observedGeneration === metadata?.generation &&
    status?.updatedReplicas === spec?.replicas &&
    status?.availableReplicas === spec?.replicas
  )
}
