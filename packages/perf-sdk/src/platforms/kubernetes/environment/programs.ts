import type { Cluster } from '@dapr-perf/kubernetes'
import type { V1Pod } from '@kubernetes/client-node'
import type { App } from '../../../description/app.js'
import { testerName } from '../../../description/apps.js'
import type { Programs } from '../../../model/environment.js'
import { givenVariables } from '../../given-variables.js'
import { appOf, containerStatuses, nameOf, sidecarContainer } from '../pods/pod-state.js'

/** What is measured in a cluster. */
export async function clusterPrograms(apps: App[], pods: V1Pod[], cluster: Cluster): Promise<Programs> {
  const sidecar = imageIn(pods, sidecarContainer)
  const podsOf = (app: App) => pods.filter((pod) => appOf(pod) === app.appName)
  const described = apps.map(
    async (app) => [app.appName, await clusterProgram(app, podsOf(app), cluster)] as const,
  )
  const tester = apps.find(({ appName }) => appName === testerName)
  return {
    ...(sidecar && { daprd: { version: await daprdVersion(pods, cluster), ...sidecar } }),
    ...(tester && { fortio: imageIn(podsOf(tester), testerName) }),
    apps: Object.fromEntries(await Promise.all(described)),
  }
}

async function clusterProgram(app: App, pods: V1Pod[], cluster: Cluster): Promise<Programs['apps'][string]> {
  const node = app.imageName ? await inLogOf(pods[0], app.appName, /"node":"([^"]+)"/, cluster) : undefined
  return { ...imageIn(pods, app.appName), ...(node && { node }), ...givenVariables(app) }
}

/** The version in the sidecar's JSON log lines; the tag of its image may be anything. */
async function daprdVersion(pods: V1Pod[], cluster: Cluster): Promise<string> {
  for (const pod of pods.filter((candidate) => statusIn(candidate, sidecarContainer))) {
    const version = await inLogOf(pod, sidecarContainer, /"ver":"([^"]+)"/, cluster)
    if (version) return version // at log level warn there may be no line
  }
  return 'unknown'
}

const statusIn = (pod: V1Pod, container: string) =>
  containerStatuses(pod).find(({ name }) => name === container)

/** The image of a container; of several replicas, the ids of all that they run. */
function imageIn(pods: V1Pod[], container: string): { image: string; imageID: string } | undefined {
  const statuses = pods.flatMap((pod) => statusIn(pod, container) ?? [])
  if (!statuses[0]) return undefined
  const imageIDs = new Set(statuses.map(({ imageID }) => imageID))
  return { image: statuses[0].image, imageID: [...imageIDs].sort().join(', ') }
}

/** What the first lines of a container's log say. */
async function inLogOf(
  pod: V1Pod | undefined,
  container: string,
  pattern: RegExp,
  cluster: Cluster,
): Promise<string | undefined> {
  if (!pod) return undefined
  const { namespace } = pod.metadata ?? {}
  const path = `/api/v1/namespaces/${namespace}/pods/${nameOf(pod)}/log?container=${container}&limitBytes=4096`
  return pattern.exec(await cluster.get(path))?.[1]
}
