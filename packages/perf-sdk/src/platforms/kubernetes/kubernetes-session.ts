import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { AppDiedError, DaprPerfError } from '@dapr-perf/errors'
import {
  type Cluster,
  connectToCluster,
  isNotFound,
  LiveList,
  managedBy,
  runLabel,
  selector,
} from '@dapr-perf/kubernetes'
import { readKubernetesSettings, testImage } from '@dapr-perf/kubernetes/settings'
import type { KubernetesObject, V1Deployment, V1Pod, V1Service } from '@kubernetes/client-node'
import type { App } from '../../case/app.js'
import { hasMetrics } from '../../case/configuration.js'
import { closeSession } from '../close-session.js'
import { daprEnvironment } from '../dapr-environment.js'
import type { Deployment, Environment, RunningApp, Session, SessionOptions, UsageByApp } from '../platform.js'
import type { Resource } from '../resource.js'
import { addUp, measureContainers } from './container-usage.js'
import { daprResource } from './dapr-resource.js'
import { checkImages, imageOf } from './images.js'
import { componentOf, configurationOf, deploymentOf, serviceOf, tokenSecretOf } from './manifests.js'
import { RunNames } from './names.js'
import { untilReached } from './network.js'
import { watchNodeSupply } from './node-supply.js'
import { describeNodes } from './nodes.js'
import { Owner } from './owner.js'
import { PodLogs } from './pod-logs.js'
import { isRestricted } from './pod-security.js'
import {
  appOf,
  containerStatuses,
  deathOf,
  isReady,
  nameOf,
  restartsOf,
  sidecarContainer,
} from './pod-state.js'
import { clusterPrograms } from './programs.js'
import { removeLeftovers, removeRun } from './removal.js'
import { withOverrides } from './resources.js'
import { checkRights } from './rights.js'
import type { RunHandles } from './run.js'
import { runningApp } from './running-app.js'
import { daprSettingsOf, sidecarOf } from './sidecar-info.js'
import { untilAppsReady } from './waiting.js'

/** A case in a cluster: one Lease owns all its objects. */
export class KubernetesSession implements Session {
  readonly testerToken = randomBytes(16).toString('hex')
  readonly #apps = new Map<string, App>()
  /** Pods that were ready, by name. */
  readonly #alive = new Map<string, V1Pod>()
  #deployment: Pick<Deployment, 'components' | 'configuration'> | undefined
  #closing = false

  private constructor(
    private readonly run: RunHandles,
    private readonly ownership: Owner,
    private readonly failed: AbortController,
    /** Of the leftovers of dead runs. */
    private readonly stopRemoval: () => Promise<void>,
  ) {}

  static async open(options: SessionOptions, signal: AbortSignal): Promise<Session> {
    const { runId, folder, report } = options
    const settings = readKubernetesSettings()
    testImage('perf-tester', settings) // fails early if no registry is set
    const cluster = connectToCluster()
    const namespace = settings.testNamespace
    report({ kind: 'step', what: `preparing namespace ${namespace} of context ${cluster.context}` })
    await checkRights(cluster, namespace)
    signal.throwIfAborted()
    const identity = { runId, names: new RunNames(), settings }
    const restricted = await isRestricted(cluster, namespace)
    const ownership = await Owner.create(cluster, identity)
    const lists: Disposable[] = []
    const failed = new AbortController()
    ownership.keepAlive((error) => failed.abort(error))
    let logs: PodLogs | undefined
    let stopRemoval = async () => {}
    try {
      stopRemoval = await removeLeftovers(cluster, namespace, report)
      const live = await watchRun(cluster, namespace, runId, lists)
      const nodes = await watchNodeSupply(cluster, settings)
      if (nodes.events) lists.push(nodes.events)
      logs = new PodLogs(cluster, namespace, join(folder, 'logs'))
      const run: RunHandles = {
        ...identity,
        restricted,
        owner: ownership.reference,
        cluster,
        ...live,
        nodes,
        logs,
        ports: [],
        report,
        signal: AbortSignal.any([signal, failed.signal]),
      }
      const session = new KubernetesSession(run, ownership, failed, stopRemoval)
      logs.follow(run.pods)
      run.pods.onChange((pods) => session.#lookForDeaths(pods))
      const secret = tokenSecretOf(session.testerToken, run)
      await cluster.core.createNamespacedSecret({ namespace, body: secret })
      signal.throwIfAborted()
      return session
    } catch (error) {
      const close = async () => {
        try {
          await removeRun(cluster, ownership.lease)
        } finally {
          await stopRemoval()
          ownership.stopKeepingAlive()
          await logs?.stop()
          for (const list of lists) list[Symbol.dispose]()
        }
      }
      await closeSession({ [Symbol.asyncDispose]: close }, report)
      throw error
    }
  }

  get failure(): AbortSignal {
    return this.failed.signal
  }

  async deploy(deployment: Deployment, signal: AbortSignal): Promise<RunningApp[]> {
    const { cluster, settings, names, report } = this.run
    const apps = deployment.apps.map((app) => withOverrides(app, settings.resources))
    const namespace = settings.testNamespace
    for (const app of apps) {
      names.check(app.appName)
      this.#apps.set(app.appName, app)
    }
    await checkImages(apps, settings)
    signal.throwIfAborted()
    if (!this.#deployment) await this.#createDaprObjects(deployment)
    for (const app of apps)
      report({ kind: 'note', what: `Adding app ${app.appName}: image ${imageOf(app, settings)}` })
    const all = [...this.#apps.values()]
    // Waits for all of them even if one fails: what is created after the end of the session would be left over.
    const attempts = await Promise.allSettled(
      apps.flatMap((app) => [
        cluster.apps.createNamespacedDeployment({
          namespace,
          body: deploymentOf(app, this.run, all, deployment.configuration),
        }),
        cluster.core.createNamespacedService({ namespace, body: serviceOf(app, this.run) }),
      ]),
    )
    for (const attempt of attempts) if (attempt.status === 'rejected') throw attempt.reason
    await untilAppsReady(apps, this.run, signal)
    for (const pod of this.run.pods.items) if (isReady(pod)) this.#alive.set(nameOf(pod), pod)
    const running = apps.map((app) => runningApp(app, this.run))
    await this.#untilReached(running, signal)
    return running
  }

  use<T>(resource: Resource<T>, signal: AbortSignal): Promise<T> {
    const { cluster, settings } = this.run
    return resource.kubernetes({ signal, cluster, settings })
  }

  componentName(name: string): string {
    return this.run.names.of(name)
  }

  async startUsage(): Promise<() => Promise<UsageByApp>> {
    const { cluster, pods, signal } = this.run
    const measured = pods.items
    const stop = await measureContainers(cluster, measured, signal)
    return async () => {
      const usage = await stop()
      return Object.fromEntries(
        [...this.#apps.keys()].flatMap((appName) => {
          const own = measured.filter((pod) => appOf(pod) === appName)
          const usageOf = (container: string) =>
            addUp(own.flatMap((pod) => usage.get(`${nameOf(pod)}/${container}`) ?? []))
          const [app, sidecar] = [usageOf(appName), usageOf(sidecarContainer)]
          return app ? [[appName, { app, ...(sidecar && { sidecar }) }]] : []
        }),
      )
    }
  }

  async restarts(): Promise<number> {
    const counts = this.run.pods.items.flatMap((pod) => {
      const before = this.#alive.get(nameOf(pod))
      return containerStatuses(pod).map(
        ({ name, restartCount }) => restartCount - (before ? restartsOf(before, name) : 0),
      )
    })
    return counts.reduce((sum, count) => sum + count, 0)
  }

  async environment(): Promise<Environment> {
    const { cluster, pods, settings } = this.run
    const deployment = this.#deployment ?? { components: [], configuration: {} }
    const injected = daprSettingsOf(pods.items.find(sidecarOf))
    const { gitVersion } = await cluster.version.getCode()
    return {
      platform: 'kubernetes',
      programs: await clusterPrograms([...this.#apps.values()], pods.items, cluster),
      cluster: {
        kubernetes: gitVersion,
        context: cluster.context,
        namespace: settings.testNamespace,
        nodes: await describeNodes(cluster, pods.items),
      },
      dapr: {
        ...daprEnvironment(deployment),
        ...injected,
        metrics: hasMetrics(deployment.configuration) && injected.metrics,
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true
    const { cluster, ports, logs, pods, deployments, services, nodes, report } = this.run
    for (const port of ports) port.close()
    try {
      const remaining = await removeRun(cluster, this.ownership.lease)
      const what = `pods still terminating: ${remaining.join(', ')}. Is their node ready (kubectl get nodes)?`
      if (remaining.length > 0) report({ kind: 'note', what })
    } finally {
      await this.stopRemoval()
      this.ownership.stopKeepingAlive()
      await logs.stop()
      for (const list of [pods, deployments, services, nodes.events]) list?.[Symbol.dispose]()
    }
  }

  /** Creates the Configuration and the components of the sidecars. */
  async #createDaprObjects(deployment: Deployment): Promise<void> {
    const { cluster, settings } = this.run
    const { components, configuration } = deployment
    const namespace = settings.testNamespace
    const create = (plural: 'configurations' | 'components', body: object) =>
      cluster.custom.createNamespacedCustomObject({ ...daprResource(plural), namespace, body })
    try {
      await create('configurations', configurationOf(configuration, this.run))
    } catch (error) {
      if (!isNotFound(error)) throw error
      throw new DaprPerfError(
        `Dapr is not installed in the cluster of context ${cluster.context}: install it with npx turbo docker-deploy-k8s`,
        { cause: error },
      )
    }
    await Promise.all(components.map((component) => create('components', componentOf(component, this.run))))
    this.#deployment = deployment
  }

  async #untilReached(running: RunningApp[], signal: AbortSignal): Promise<void> {
    const caller = running.findLast(({ sidecar }) => sidecar)
    const others = running.filter((app) => app !== caller).map(({ url }) => url)
    if (!caller?.sidecar || others.length === 0) return
    await untilReached(await caller.sidecar.acquireExternalURL('http'), others, signal)
  }

  #lookForDeaths(pods: V1Pod[]): void {
    if (this.#closing) return
    for (const [name, known] of this.#alive) {
      const pod = pods.find((candidate) => nameOf(candidate) === name)
      const death = pod ? deathOf(pod, known) : { what: `${appOf(known)}'s pod ${name} was deleted` }
      if (!death) continue
      this.#alive.clear() // the first death is the cause of those that follow
      const container = death.container ?? (appOf(known) as string)
      void this.run.logs
        .lastLines(name, container)
        .then((lines) => this.#fail(new AppDiedError(`${death.what}.\n${lines}`)))
      return
    }
  }

  #fail(error: AppDiedError): void {
    if (!this.#closing) this.failed.abort(error)
  }
}

/** Lists of a run's objects in the cluster, kept up to date. */
async function watchRun(cluster: Cluster, namespace: string, runId: string, lists: Disposable[]) {
  const labelSelector = selector({ ...managedBy, [runLabel]: runId })
  const live = async <T extends KubernetesObject>(api: string, plural: string) => {
    const path = `${api}/namespaces/${namespace}/${plural}`
    const list = await LiveList.start<T>(cluster, { path, labelSelector })
    lists.push(list)
    return list
  }
  return {
    pods: await live<V1Pod>('/api/v1', 'pods'),
    services: await live<V1Service>('/api/v1', 'services'),
    deployments: await live<V1Deployment>('/apis/apps/v1', 'deployments'),
  }
}
