import { DaprPerfError } from '../errors.js'
import type { Cluster } from '../kubernetes/cluster.js'
import { managedBy } from '../kubernetes/labels.js'
import { readKubernetesSettings } from '../kubernetes/settings.js'
import { setMtls } from './configurations.js'
import { chartValues, daprChart } from './dapr-chart.js'
import { describe, findDaprObjects, partOfDapr, removeDaprObjects } from './dapr-leftovers.js'
import { helm } from './helm.js'
import { createNamespace } from './namespaces.js'
import { whilePodsCanStart } from './pod-trouble.js'
import { removeChangedScheduler } from './scheduler.js'
import { showTrustBundle } from './trust-bundle.js'

const release = 'dapr'
const helmTimeoutMs = 5 * 60_000
const helmTimeout = `${helmTimeoutMs / 60_000}m`

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
  await clearTheWay(cluster, namespace, adopt, report)
  if (await createNamespace(cluster, namespace)) report(`namespace ${namespace}: created`)
  const isNew = await clearUnfinished(cluster, namespace, report)
  const { registry, tag } = values.global
  report(
    `Deploying Dapr ${tag} from ${registry} to namespace ${namespace} of context ${cluster.context}, chart: ${source}`,
  )
  const { statefulsetAnnotations } = values.dapr_scheduler
  await removeChangedScheduler(cluster, namespace, `${registry}/scheduler:${tag}`, statefulsetAnnotations)
  const labels = Object.entries(managedBy).map(([key, value]) => `${key}=${value}`)
  const args = [
    ...['upgrade', '--install', release, ...chart, '--namespace', namespace, '--values', '-'],
    ...['--wait', '--timeout', helmTimeout],
    // Only what this program has installed itself is its own to remove.
    ...(isNew ? ['--labels', labels.join(',')] : []),
  ]
  const pods = { namespace, labelSelector: partOfDapr }
  await whilePodsCanStart(cluster, pods, async (signal) => {
    const installed = new AbortController()
    const shown = showTrustBundle(cluster, namespace, AbortSignal.any([signal, installed.signal]))
    shown.catch(() => {}) // without it the pods only take longer
    try {
      await helm(cluster, args, { values, signal })
    } finally {
      installed.abort()
    }
  })
  await setMtls(cluster, namespace, values.global.mtls.enabled)
  report(`Dapr ${tag}: deployed in namespace ${namespace}`)
}

/** Removes Dapr's control plane from DAPR_NAMESPACE; namespaces and CRDs stay. @returns whether it was there */
export async function uninstallDapr(cluster: Cluster, namespace: string): Promise<boolean> {
  const isThere = (await releases(cluster, namespace)).length > 0
  const args = ['uninstall', release, '--namespace', namespace, '--wait', '--timeout', helmTimeout]
  if (isThere) await helm(cluster, args)
  return isThere
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
  status: string
  revision: string
  /** When that began, in ISO 8601. */
  updated: string
}

async function releases(cluster: Cluster, namespace: string): Promise<HelmRelease[]> {
  const ofAnyStatus = ['--deployed', '--failed', '--pending', '--uninstalling', '--uninstalled']
  const asJSON = ['--output', 'json', '--time-format', '2006-01-02T15:04:05Z07:00']
  const named = ['--namespace', namespace, '--filter', `^${release}$`]
  return JSON.parse(await helm(cluster, ['list', ...named, ...ofAnyStatus, ...asJSON]))
}

/**
 * Clears away what helm was killed in, and does not touch any more: an upgrade goes back to what there was before, an
 * installation is removed, and so is a first one that failed, whose pods would stand in the way of the next.
 *
 * @returns whether there is no Dapr now
 * @throws DaprPerfError where somebody else may be at it
 */
async function clearUnfinished(cluster: Cluster, namespace: string, report: (line: string) => void) {
  const [found] = await releases(cluster, namespace)
  if (!found) return true
  const { status, revision, updated } = found
  const isPending = status.startsWith('pending-') || status === 'uninstalling'
  if (isPending && Date.now() - Date.parse(updated) < helmTimeoutMs) {
    throw new DaprPerfError(
      `the release ${release} in namespace ${namespace} is ${status} since ${updated}: somebody is at it, or was killed. ` +
        `Try again when that is done, at the latest ${helmTimeout} after it began`,
    )
  }
  const was = `the release ${release} in namespace ${namespace} is ${status}`
  if (status === 'pending-upgrade' || status === 'pending-rollback') {
    report(`${was}: going back to the one before`)
    await helm(cluster, ['rollback', release, '--namespace', namespace])
    return false
  }
  if (!isPending && !(status === 'failed' && revision === '1')) return false
  report(`${was}: removing it first`)
  await uninstallDapr(cluster, namespace)
  return true
}
