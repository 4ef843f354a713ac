import { DaprPerfError } from '@dapr-perf/errors'
import { type Cluster, managedBy } from '@dapr-perf/kubernetes'
import { readKubernetesSettings } from '@dapr-perf/kubernetes/settings'
import { createNamespace } from '../namespaces.js'
import { whilePodsCanStart } from '../pod-failures.js'
import { setMtls } from '../setup/configurations.js'
import { chartValues, daprChart } from './chart.js'
import { helm } from './helm.js'
import { describe, findDaprObjects, partOfDapr, removeDaprObjects } from './leftovers.js'
import { removeChangedScheduler } from './scheduler.js'
import { replaceWaitingSentry } from './sentry.js'
import { refreshTrustBundle } from './trust-bundle.js'

const release = 'dapr'
const helmTimeoutMs = 5 * 60_000
const helmTimeout = `${helmTimeoutMs / 60_000}m`

export interface DeployOptions {
  /** By default process.env. */
  env?: NodeJS.ProcessEnv
  /** Remove conflicting objects that an uninstalled Dapr has left behind. By default false: they are an error. */
  adopt?: boolean
  /** Called with one line for each step. */
  report?: (line: string) => void
}

/**
 * Installs or upgrades Dapr's control plane in DAPR_NAMESPACE with the Go suite's settings. It uses the images of
 * DAPR_REGISTRY and DAPR_TAG, or without DAPR_REGISTRY the published ones of the pinned version. ADDITIONAL_HELM_SET
 * overrides any of the chart's values.
 *
 * @throws DaprPerfError where another Dapr is installed or has left conflicting objects, another helm operation is in
 * progress, an image is missing, or helm fails
 */
export async function deployDapr(cluster: Cluster, options: DeployOptions = {}): Promise<void> {
  const { env = process.env, adopt = false, report = () => {} } = options
  const settings = readKubernetesSettings(env)
  const { daprNamespace: namespace, helmSet = '' } = settings
  const { chart, source } = await daprChart(env)
  const values = await chartValues(settings)
  await removeConflicts(cluster, namespace, adopt, report)
  if (await createNamespace(cluster, namespace)) report(`namespace ${namespace}: created`)
  const isNew = await recoverUnfinished(cluster, namespace, report)
  const { registry, tag } = values.global
  report(
    `Deploying Dapr ${tag} from ${registry} to namespace ${namespace} of context ${cluster.context}, chart: ${source}`,
  )
  const { statefulsetAnnotations } = values.dapr_scheduler
  await removeChangedScheduler(cluster, namespace, `${registry}/scheduler:${tag}`, statefulsetAnnotations)
  const labels = Object.entries(managedBy).map(([key, value]) => `${key}=${value}`)
  const args = [
    ...['upgrade', '--install', release, ...chart, '--namespace', namespace, '--values', '-'],
    ...(helmSet ? ['--set', helmSet] : []),
    ...['--wait', '--timeout', helmTimeout],
    // test-clean removes only releases with this label: those that dapr-perf has installed itself.
    ...(isNew ? ['--labels', labels.join(',')] : []),
  ]
  const pods = { namespace, labelSelector: partOfDapr }
  await whilePodsCanStart(cluster, pods, async (signal) => {
    const installed = new AbortController()
    const until = AbortSignal.any([signal, installed.signal])
    // Both only make the pods ready sooner.
    refreshTrustBundle(cluster, namespace, until).catch(() => {})
    replaceWaitingSentry(cluster, namespace, until).catch(() => {})
    try {
      await helm(cluster, args, { values, signal })
    } finally {
      installed.abort()
    }
  })
  await setMtls(cluster, namespace, !/(^|,)global\.mtls\.enabled=false(,|$)/.test(helmSet))
  report(`Dapr ${tag}: deployed in namespace ${namespace}`)
}

/** Uninstalls Dapr's control plane from a namespace; namespaces and CRDs stay. @returns whether it was installed */
export async function uninstallDapr(cluster: Cluster, namespace: string): Promise<boolean> {
  const isInstalled = (await releases(cluster, namespace)).length > 0
  const args = ['uninstall', release, '--namespace', namespace, '--wait', '--timeout', helmTimeout]
  if (isInstalled) await helm(cluster, args)
  return isInstalled
}

/** Finds the objects of other releases, which helm refuses to overwrite, and with `adopt` removes the orphaned ones. */
async function removeConflicts(
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
        `there is a Dapr in namespace ${where}, and a cluster can have only one. Its objects:`,
        ...alive.map((object) => `  ${describe(object)}`),
        `Use it with export DAPR_NAMESPACE=${where}, or remove it with helm uninstall ${release} -n ${where}`,
      ].join('\n'),
    )
  }
  if (others.length > 0 && !adopt) {
    throw new DaprPerfError(
      [
        'an earlier Dapr, which is gone, has left objects that conflict with this installation:',
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
  /** The start of its last operation, in ISO 8601. */
  updated: string
}

async function releases(cluster: Cluster, namespace: string): Promise<HelmRelease[]> {
  const anyStatus = ['--deployed', '--failed', '--pending', '--uninstalling', '--uninstalled']
  const asJson = ['--output', 'json', '--time-format', '2006-01-02T15:04:05Z07:00']
  const named = ['--namespace', namespace, '--filter', `^${release}$`]
  return JSON.parse(await helm(cluster, ['list', ...named, ...anyStatus, ...asJson]))
}

/**
 * Recovers from an interrupted helm operation, after which helm refuses others: rolls back an upgrade, and uninstalls an
 * unfinished installation, as well as a failed first one, whose pods would make the next one fail, too.
 *
 * @returns whether Dapr is not installed now
 * @throws DaprPerfError where another helm operation may still be in progress
 */
async function recoverUnfinished(cluster: Cluster, namespace: string, report: (line: string) => void) {
  const [found] = await releases(cluster, namespace)
  if (!found) return true
  const { status, revision, updated } = found
  const isPending = status.startsWith('pending-') || status === 'uninstalling'
  if (isPending && Date.now() - Date.parse(updated) < helmTimeoutMs) {
    throw new DaprPerfError(
      `the release ${release} in namespace ${namespace} is ${status} since ${updated}: another helm operation is in progress, or was interrupted. ` +
        `Try again when it is done, at the latest ${helmTimeout} after its start`,
    )
  }
  const state = `the release ${release} in namespace ${namespace} is ${status}`
  if (status === 'pending-upgrade' || status === 'pending-rollback') {
    report(`${state}: rolling back to the previous revision`)
    await helm(cluster, ['rollback', release, '--namespace', namespace])
    return false
  }
  if (!isPending && !(status === 'failed' && revision === '1')) return false
  report(`${state}: uninstalling it first`)
  await uninstallDapr(cluster, namespace)
  return true
}
