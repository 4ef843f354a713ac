import type { KubernetesObject, V1Deployment } from '@kubernetes/client-node'
import { DaprPerfError } from '../errors.js'
import type { Cluster } from '../kubernetes/cluster.js'
import { selector } from '../kubernetes/labels.js'
import { LiveList } from '../kubernetes/live-list.js'
import { readKubernetesSettings } from '../kubernetes/settings.js'
import { type ApplyOptions, apply, readManifest } from './manifests.js'
import { whilePodsCanStart } from './pod-trouble.js'

/** Programs that components talk to. Each of them runs without a password, and keeps nothing. */
export const thirdParties = ['redis', 'kafka', 'mongodb'] as const
export type ThirdParty = (typeof thirdParties)[number]

const readyWithinMs = 5 * 60_000

export interface ThirdPartyOptions extends Pick<ApplyOptions, 'dryRun'> {
  env?: NodeJS.ProcessEnv
  report?: (line: string) => void
}

/**
 * Puts Redis, Kafka or MongoDB into DAPR_TEST_NAMESPACE and waits until it is ready. DAPR_PERF_REDIS_IMAGE and the like
 * name another image than the pinned one, for clusters that can't reach Docker Hub.
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
  const put = async () => {
    for (const line of await apply(cluster, objects, { namespace, dryRun })) report(line)
  }
  if (dryRun) return put()
  const pods = { namespace, labelSelector: selector({ app: `dapr-${name}` }) }
  await whilePodsCanStart(cluster, pods, async (signal) => {
    await put()
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
  const late = AbortSignal.timeout(readyWithinMs)
  try {
    await live.until((items) => items.some(isAvailable) || undefined, AbortSignal.any([signal, late]))
  } catch (error) {
    if (!late.aborted) throw error
    throw new DaprPerfError(
      `${metadata?.name} is not ready after ${readyWithinMs / 60_000} min: ` +
        `kubectl describe pod -n ${namespace} says why`,
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
