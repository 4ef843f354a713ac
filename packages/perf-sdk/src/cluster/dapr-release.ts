import { join } from 'node:path'
import { execa } from 'execa'
import { DaprPerfError } from '../errors.js'
import { daprCheckout, daprPrograms } from '../images/dapr.js'
import { findInRegistry } from '../images/registry.js'
import type { Cluster } from '../kubernetes/cluster.js'
import { managedBy } from '../kubernetes/labels.js'
import { daprImage, type KubernetesSettings, readKubernetesSettings } from '../kubernetes/settings.js'
import { daprGoModule, daprVersion } from '../platforms/local/daprd/pinned.js'
import { describe, findDaprObjects, partOfDapr, removeDaprObjects } from './dapr-leftovers.js'
import { helm } from './helm.js'
import { createNamespace } from './namespaces.js'
import { whilePodsCanStart } from './pod-trouble.js'

const release = 'dapr'
const publishedRegistry = 'ghcr.io/dapr'
const publishedCharts = 'https://dapr.github.io/helm-charts/'

export interface DeployOptions {
  env?: NodeJS.ProcessEnv
  /** Remove what an earlier Dapr, which is gone, has left and what stands in the way. */
  adopt?: boolean
  report?: (line: string) => void
}

/**
 * Installs Dapr's control plane in DAPR_NAMESPACE, or upgrades the one that is there, with the Go suite's settings:
 * the images of DAPR_REGISTRY and DAPR_TAG, or without DAPR_REGISTRY the published ones of the pinned version.
 *
 * @throws DaprPerfError where another Dapr stands in the way, and with what helm says
 */
export async function deployDapr(cluster: Cluster, options: DeployOptions = {}): Promise<void> {
  const { env = process.env, adopt = false, report = () => {} } = options
  const settings = readKubernetesSettings(env)
  const { daprNamespace: namespace } = settings
  const { chart, source } = await daprChart(env)
  const values = await chartValues(settings)
  if (await createNamespace(cluster, namespace)) report(`namespace ${namespace}: created`)
  await checkImages(settings)
  await clearTheWay(cluster, namespace, adopt, report)
  const isNew = await removeUnfinished(namespace, report)
  const { registry, tag } = values.global
  report(
    `Deploying Dapr ${tag} from ${registry} to namespace ${namespace} of context ${cluster.context}, chart: ${source}`,
  )
  const labels = Object.entries(managedBy).map(([key, value]) => `${key}=${value}`)
  const args = [
    ...['upgrade', '--install', release, ...chart, '--namespace', namespace, '--values', '-'],
    ...['--wait', '--timeout', '5m0s'],
    // Only what this program has installed itself is its own to remove.
    ...(isNew ? ['--labels', labels.join(',')] : []),
  ]
  const pods = { namespace, labelSelector: partOfDapr }
  await whilePodsCanStart(cluster, pods, (signal) => helm(args, { values, signal }))
  report(`Dapr ${tag}: deployed in namespace ${namespace}`)
}

/** Removes Dapr's control plane from DAPR_NAMESPACE; namespaces and CRDs stay. @returns whether it was there */
export async function uninstallDapr(namespace: string): Promise<boolean> {
  const isThere = (await releases(namespace)).length > 0
  if (isThere) await helm(['uninstall', release, '--namespace', namespace, '--wait', '--timeout', '5m0s'])
  return isThere
}

/** The settings of the Go suite. */
async function chartValues(settings: KubernetesSettings) {
  const { daprRegistry, daprTag, targetOs, targetArch, pullSecret, pullPolicy: imagePullPolicy } = settings
  return {
    global: {
      ha: { enabled: false },
      registry: daprRegistry ?? publishedRegistry,
      tag: daprRegistry ? daprTag : await daprVersion(),
      logAsJson: true,
      daprControlPlaneOs: targetOs,
      daprControlPlaneArch: targetArch,
      imagePullPolicy,
      imagePullSecrets: pullSecret ?? '',
      mtls: { enabled: true },
    },
    dapr_placement: { logLevel: 'debug', cluster: { forceInMemoryLog: true } },
    dapr_sentry: { logLevel: 'debug' },
    dapr_scheduler: { logLevel: 'debug', cluster: { inMemoryStorage: true } },
    dapr_sidecar_injector: { sidecarImagePullPolicy: imagePullPolicy },
  }
}

/** @throws DaprPerfError where an image of Dapr's was not pushed */
async function checkImages(settings: KubernetesSettings): Promise<void> {
  if (!settings.daprRegistry || settings.pullPolicy === 'Never') return
  const references = daprPrograms.map((program) => daprImage(program, settings))
  const presences = await Promise.all(references.map(findInRegistry))
  const missing = references.filter((_, index) => presences[index]?.is === 'missing')
  if (missing.length === 0) return
  throw new DaprPerfError(
    `not in the registry: ${missing.join(', ')}. Push them with npx turbo docker-push, or correct DAPR_REGISTRY and DAPR_TAG`,
  )
}

/** Dapr's chart as helm's arguments: from DAPR_SOURCE, the pinned Go module, or else the release of that version. */
async function daprChart(env: NodeJS.ProcessEnv): Promise<{ chart: string[]; source: string }> {
  const checkout = daprCheckout(env)
  if (checkout) return { chart: [join(checkout, 'charts', 'dapr')], source: checkout }
  const version = await daprVersion()
  const args = ['mod', 'download', '-json', `github.com/dapr/dapr@v${version}`]
  const { stdout, failed } = await execa('go', args, { cwd: daprGoModule(), reject: false })
  if (failed) {
    return { chart: ['dapr', '--repo', publishedCharts, '--version', version], source: `release ${version}` }
  }
  return { chart: [join(JSON.parse(stdout).Dir, 'charts', 'dapr')], source: `Go module, version ${version}` }
}

/** Helm refuses to take over what another release has put into the cluster: here it is found before, and named. */
async function clearTheWay(
  cluster: Cluster,
  namespace: string,
  adopt: boolean,
  report: (line: string) => void,
): Promise<void> {
  const others = (await findDaprObjects(cluster)).filter(({ releasedIn }) => releasedIn !== namespace)
  const alive = others.filter(({ isAlive }) => isAlive)
  if (alive.length > 0) {
    const where = [...new Set(alive.map(({ releasedIn }) => releasedIn || 'unknown'))].join(', ')
    throw new DaprPerfError(
      [
        `there is a Dapr in namespace ${where}, and a cluster takes only one. It has:`,
        ...alive.map((object) => `  ${describe(object)}`),
        `Use it with export DAPR_NAMESPACE=${where}, or remove it with helm uninstall ${release} -n ${where}`,
      ].join('\n'),
    )
  }
  if (others.length > 0 && !adopt) {
    throw new DaprPerfError(
      [
        'an earlier Dapr, which is gone, has left objects that stand in the way:',
        ...others.map((object) => `  ${describe(object)}`),
        'Remove them with npx dapr-perf docker-deploy-k8s --adopt, or npx dapr-perf test-clean',
      ].join('\n'),
    )
  }
  for (const line of await removeDaprObjects(cluster, others)) report(line)
}

interface HelmRelease {
  name: string
  status: string
}

async function releases(namespace: string): Promise<HelmRelease[]> {
  return JSON.parse(
    await helm(['list', '--all', '--namespace', namespace, '--filter', `^${release}$`, '--output', 'json']),
  )
}

/** An installation that was killed leaves a release that helm does not touch any more. @returns whether there is none */
async function removeUnfinished(namespace: string, report: (line: string) => void): Promise<boolean> {
  const [found] = await releases(namespace)
  if (!found) return true
  if (!found.status.startsWith('pending-') && found.status !== 'uninstalling') return false
  report(
    `the release ${release} in namespace ${namespace} is ${found.status}, of a helm that was killed: removing it`,
  )
  await uninstallDapr(namespace)
  return true
}
