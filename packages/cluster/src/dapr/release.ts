import { DaprPerfError } from '@dapr-perf/errors'
import { type Cluster, managedBy } from '@dapr-perf/kubernetes'
import { readKubernetesSettings } from '@dapr-perf/kubernetes/settings'
import type { KubernetesObject } from '@kubernetes/client-node'
import { createNamespace } from '../namespaces.js'
import { whilePodsCanStart } from '../pod-failures.js'
import { chartValues, daprChart } from './chart.js'
import { labelNewCrds } from './crds.js'
import { helm } from './helm.js'
import {
  findRelease,
  type HelmRelease,
  helmTimeout,
  helmTimeoutMs,
  objectsOfChart,
  objectsOfRelease,
  releaseName,
  uninstallDapr,
} from './helm-release.js'
import { type DaprObject, describe, findDaprObjects, partOfDapr, removeDaprObjects } from './leftovers.js'
import { setMtls } from './mtls.js'
import { describeChanges, type PlannedChange, planChanges } from './planned-changes.js'
import { removeStatefulSet, schedulerName } from './scheduler.js'
import { replaceWaitingSentry } from './sentry.js'
import { refreshTrustBundle } from './trust-bundle.js'

export interface DeployOptions {
  /** By default process.env. */
  env?: NodeJS.ProcessEnv
  /** Remove conflicting objects that an uninstalled Dapr has left behind. By default false: they are an error. */
  adopt?: boolean
  /** Upgrade a Dapr that dapr-perf did not install. By default false: it is an error that names what would change. */
  changeForeign?: boolean
  /** Called with one line for each step. */
  report?: (line: string) => void
}

/**
 * Installs or upgrades Dapr's control plane in DAPR_NAMESPACE with the Go suite's settings. It uses the images of
 * DAPR_REGISTRY and DAPR_TAG, or without DAPR_REGISTRY the published ones of the pinned version. ADDITIONAL_HELM_SET
 * overrides any of the chart's values. Before anything that exists is changed or deleted, each change is reported, and
 * checked by a dry run on the API server.
 *
 * @throws DaprPerfError where another Dapr is installed or has left conflicting objects, dapr-perf has not installed the one
 * in DAPR_NAMESPACE, another helm operation is in progress, an image is missing, Kubernetes would not accept a change, or
 * helm fails
 */
export async function deployDapr(cluster: Cluster, options: DeployOptions = {}): Promise<void> {
  const { env = process.env, adopt = false, changeForeign = false, report = () => {} } = options
  const settings = readKubernetesSettings(env)
  const { daprNamespace: namespace, helmSet = '' } = settings
  const found = await findRelease(cluster, namespace)
  const isOurs = found?.isOurs ?? true
  const { chart: published, source } = await daprChart(env)
  const chart = [...published, ...(helmSet ? ['--set', helmSet] : [])]
  const values = await chartValues(settings, isOurs)
  const conflicts = await findConflicts(cluster, namespace, adopt)
  if (await createNamespace(cluster, namespace)) report(`namespace ${namespace}: created`)
  const next = () => objectsOfChart(cluster, namespace, { chart, values })
  const changes =
    found || conflicts.length > 0 ? await plan(cluster, namespace, found, conflicts, await next()) : []
  const lines = describeChanges(changes)
  if (!isOurs && !changeForeign) throw foreignRelease(namespace, lines)
  if (found) checkUnfinished(namespace, found)
  if (changes.some(({ refusal }) => refusal)) throw refusedUpgrade(namespace, changes)
  for (const line of lines) report(line)

  const isNew = !found || (await recoverUnfinished(cluster, namespace, found, report))
  const { registry, tag } = values.global
  report(
    `Deploying Dapr ${tag} from ${registry} to namespace ${namespace} of context ${cluster.context}, chart: ${source}`,
  )
  for (const line of await removeDaprObjects(cluster, conflicts)) report(line)
  const replaced = changes.filter(({ action }) => action === 'replace')
  for (const { object } of replaced)
    await removeStatefulSet(cluster, namespace, object.metadata?.name as string)
  const labels = Object.entries(managedBy).map(([key, value]) => `${key}=${value}`)
  const args = [
    ...['upgrade', '--install', releaseName, ...chart, '--namespace', namespace, '--values', '-'],
    ...['--wait', '--timeout', helmTimeout],
    // Says later that dapr-perf has installed it.
    ...(isNew ? ['--labels', labels.join(',')] : []),
  ]
  const pods = { namespace, labelSelector: partOfDapr }
  await labelNewCrds(cluster, () =>
    whilePodsCanStart(cluster, pods, async (signal) => {
      const isDone = new AbortController()
      const until = AbortSignal.any([signal, isDone.signal])
      // Both only make the pods ready sooner.
      refreshTrustBundle(cluster, namespace, until).catch(() => {})
      replaceWaitingSentry(cluster, namespace, until).catch(() => {})
      try {
        await helm(cluster, args, { values, signal })
      } finally {
        isDone.abort()
      }
    }),
  )
  await setMtls(cluster, namespace, !/(^|,)global\.mtls\.enabled=false(,|$)/.test(helmSet))
  report(`Dapr ${tag}: deployed in namespace ${namespace}`)
}

/** What the upgrade would change. Where the scheduler's pods change, its StatefulSet is replaced; see `removeStatefulSet`. */
async function plan(
  cluster: Cluster,
  namespace: string,
  found: HelmRelease | undefined,
  conflicts: DaprObject[],
  next: KubernetesObject[],
): Promise<PlannedChange[]> {
  return planChanges(cluster, {
    namespace,
    next,
    earlier: found ? await objectsOfRelease(cluster, namespace) : [],
    replaceable: conflicts.map(({ object }) => object),
    mustReplace: ({ kind, metadata }, fields) =>
      kind === 'StatefulSet' &&
      metadata?.name === schedulerName &&
      fields.some((field) => field.startsWith('spec.template')),
  })
}

function foreignRelease(namespace: string, lines: string[]): DaprPerfError {
  return new DaprPerfError(
    [
      `the Dapr in namespace ${namespace} was not installed by dapr-perf, and is not changed. A deployment would mean:`,
      ...lines.map((line) => `  ${line}`),
      howToUse(namespace),
      'To change it nevertheless: npx dapr-perf docker-deploy-k8s --change-foreign',
    ].join('\n'),
  )
}

const howToUse = (namespace: string) =>
  `To use it as it is, no deployment is needed: export DAPR_NAMESPACE=${namespace} DAPR_TEST_NAMESPACE=dapr-tests`

function refusedUpgrade(namespace: string, changes: PlannedChange[]): DaprPerfError {
  return new DaprPerfError(
    [
      `Dapr in namespace ${namespace} can't be deployed, and nothing was changed or deleted:`,
      ...describeChanges(changes.filter(({ refusal }) => refusal)).map((line) => `  ${line}`),
      `If it need not be kept, uninstall it first: helm uninstall ${releaseName} --namespace ${namespace}`,
    ].join('\n'),
  )
}

/**
 * Finds the objects of other releases, which helm refuses to overwrite.
 *
 * @returns with `adopt` the orphaned ones, which have to be removed
 * @throws DaprPerfError where a Dapr is alive, or without `adopt` where there are orphaned ones
 */
async function findConflicts(cluster: Cluster, namespace: string, adopt: boolean): Promise<DaprObject[]> {
  const others = (await findDaprObjects(cluster)).filter(
    (object) => object.releasedIn !== namespace || object.release !== releaseName,
  )
  const alive = others.filter(({ isAlive }) => isAlive)
  if (alive.length > 0) {
    const [{ releasedIn, release }] = alive as [DaprObject]
    const where = [...new Set(alive.map((object) => object.releasedIn || 'unknown'))].join(', ')
    throw new DaprPerfError(
      [
        `there is a Dapr in namespace ${where}, and a cluster can have only one. Its objects:`,
        ...alive.map((object) => `  ${describe(object)}`),
        howToUse(releasedIn || 'NAMESPACE'),
        ...(release ? [`To remove it: helm uninstall ${release} --namespace ${releasedIn}`] : []),
      ].join('\n'),
    )
  }
  if (others.length > 0 && !adopt) {
    throw new DaprPerfError(
      [
        'an earlier Dapr, which is gone, has left objects that conflict with this installation:',
        ...others.map((object) => `  ${describe(object)}`),
        'Remove them with npx dapr-perf docker-deploy-k8s --adopt',
      ].join('\n'),
    )
  }
  return others
}

/** @throws DaprPerfError where a helm operation may still be in progress, or was interrupted in a release of somebody else */
function checkUnfinished(namespace: string, { status, revision, updated, isOurs }: HelmRelease): void {
  const state = `the release ${releaseName} in namespace ${namespace} is ${status} since ${updated}`
  if (isPending(status) && Date.now() - Date.parse(updated) < helmTimeoutMs) {
    throw new DaprPerfError(
      `${state}: another helm operation is in progress, or was interrupted. ` +
        `Try again when it is done, at the latest ${helmTimeout} after its start`,
    )
  }
  if (isOurs || !isUnfinished(status, revision)) return
  throw new DaprPerfError(
    `${state}, and dapr-perf did not install it: complete it with helm upgrade, helm rollback or helm uninstall`,
  )
}

const isPending = (status: string) => status.startsWith('pending-') || status === 'uninstalling'
const isUnfinished = (status: string, revision: string) =>
  isPending(status) || (status === 'failed' && revision === '1')

/**
 * Recovers from an interrupted helm operation, after which helm refuses others: rolls back an upgrade, and uninstalls an
 * unfinished installation, as well as a failed first one, whose pods would make the next one fail, too.
 *
 * @returns whether Dapr is not installed now
 */
async function recoverUnfinished(
  cluster: Cluster,
  namespace: string,
  { status, revision }: HelmRelease,
  report: (line: string) => void,
): Promise<boolean> {
  if (!isUnfinished(status, revision)) return false
  const state = `the release ${releaseName} in namespace ${namespace} is ${status}`
  if (status === 'pending-upgrade' || status === 'pending-rollback') {
    report(`${state}: rolling back to the previous revision`)
    await helm(cluster, ['rollback', releaseName, '--namespace', namespace])
    return false
  }
  report(`${state}: uninstalling it first`)
  await uninstallDapr(cluster, namespace)
  return true
}
