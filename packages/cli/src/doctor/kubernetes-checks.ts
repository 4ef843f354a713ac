import { findImageBuilder, perfAppNames } from '@dapr-perf/cluster/images'
import type { Cluster } from '@dapr-perf/kubernetes'
import {
  findInRegistry,
  type KubernetesSettings,
  readKubernetesSettings,
  testImage,
} from '@dapr-perf/kubernetes/settings'
import { execa } from 'execa'
import { checkNode, type Finding } from './checks.js'

const leastHelm = '3.13'
const notForThisUser = 'unknown: no permission to read it (a run does not need it)'

/** Checks what a run on Kubernetes needs, each thing once its prerequisites pass. */
export async function* kubernetesFindings(): AsyncGenerator<Finding> {
  yield checkNode()
  yield checkHelm()
  yield found('image builder', async () => (await findImageBuilder()).program)
  const [variables, settings] = await tried(
    'variables',
    async () => readKubernetesSettings(),
    describeSettings,
  )
  yield variables
  if (!settings) return
  const [connection, cluster] = await tried(
    'cluster',
    connect,
    ({ context, server }) => `${context}, ${server}`,
  )
  yield connection
  if (!cluster) return
  yield checkNamespace(cluster, settings.testNamespace)
  yield checkRights(cluster, settings.testNamespace)
  yield checkDapr(cluster, settings.daprNamespace)
  for (const name of perfAppNames) yield checkImage(`perf-${name}`, settings)
}

async function checkHelm(): Promise<Finding> {
  const advice = `install Helm ${leastHelm} or newer (https://helm.sh/docs/intro/install): it installs Dapr`
  try {
    const { stdout } = await execa('helm', ['version', '--template', '{{.Version}}'])
    const isOld = stdout.replace('v', '').localeCompare(leastHelm, 'en', { numeric: true }) < 0
    return { what: 'helm', found: stdout, ...(isOld && { advice }) }
  } catch {
    return { what: 'helm', found: 'not on the PATH', advice }
  }
}

async function connect(): Promise<Cluster> {
  const { connectToCluster } = await import('@dapr-perf/kubernetes')
  const cluster = connectToCluster()
  await cluster.version.getCode()
  return cluster
}

function checkNamespace(cluster: Cluster, name: string): Promise<Finding> {
  return found(`namespace ${name}`, async () => {
    const { status } = await unlessForbidden(cluster.core.readNamespace({ name }))
    return status?.phase ?? notForThisUser
  })
}

function checkRights(cluster: Cluster, namespace: string): Promise<Finding> {
  return found(`permissions in namespace ${namespace}`, async () => {
    const { checkRights } = await import('perf-sdk/kubernetes')
    await checkRights(cluster, namespace)
    return 'all that a run needs'
  })
}

async function checkDapr(cluster: Cluster, namespace: string): Promise<Finding> {
  const what = `Dapr in namespace ${namespace}`
  const advice =
    'install it with npx turbo docker-deploy-k8s, or set DAPR_NAMESPACE to the namespace of another one'
  try {
    const labelSelector = 'app=dapr-sidecar-injector'
    const { items } = await unlessForbidden(
      cluster.apps.listNamespacedDeployment({ namespace, labelSelector }),
    )
    if (!items) return { what, found: notForThisUser }
    const [injector] = items
    if (!injector) return { what, found: 'not installed', advice }
    const image = injector.spec?.template.spec?.containers[0]?.image ?? ''
    if (injector.status?.availableReplicas) return { what, found: image }
    return { what, found: `${image}: not ready`, advice: `see kubectl get pods -n ${namespace}` }
  } catch (error) {
    return { what, found: 'unknown', advice: (error as Error).message }
  }
}

async function checkImage(imageName: string, settings: KubernetesSettings): Promise<Finding> {
  const what = `image ${imageName}`
  try {
    const reference = testImage(imageName, settings)
    const presence = await findInRegistry(reference)
    if (presence.is === 'there') return { what, found: reference }
    if (presence.is === 'unknown') return { what, found: `${reference}: unknown, ${presence.reason}` }
    if (settings.pullPolicy !== 'Always')
      return {
        what,
        found: `${reference} is not in its registry: PULL_POLICY=${settings.pullPolicy}, so nodes may have it`,
      }
    const name = imageName.replace('perf-', '')
    const advice = `push it with npx turbo push-perf-app-${name}, or correct DAPR_TEST_REGISTRY and DAPR_TEST_TAG`
    return { what, found: `${reference} is not in its registry`, advice }
  } catch (error) {
    return { what, found: 'unknown', advice: (error as Error).message }
  }
}

function describeSettings({
  testNamespace,
  daprNamespace,
  testRegistry,
  testTag,
}: KubernetesSettings): string {
  return `namespaces ${testNamespace}, ${daprNamespace}; registry ${testRegistry ?? 'none'}, tag ${testTag}`
}

/** For permissions that a run doesn't need. */
async function unlessForbidden<T extends object>(request: Promise<T>): Promise<Partial<T>> {
  try {
    return await request
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 403) return {}
    throw error
  }
}

/** The result of a check, or its error as advice. */
async function found(what: string, look: () => Promise<string>): Promise<Finding> {
  const [finding] = await tried(what, look, (text) => text)
  return finding
}

async function tried<T>(
  what: string,
  look: () => Promise<T>,
  describe: (value: T) => string,
): Promise<[finding: Finding, value?: T]> {
  try {
    const value = await look()
    return [{ what, found: describe(value) }, value]
  } catch (error) {
    return [{ what, found: 'missing', advice: (error as Error).message }]
  }
}
