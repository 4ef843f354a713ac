import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { KubernetesObject, V1Deployment, V1Pod, V1Service } from '@kubernetes/client-node'
import { AppDiedError, DaprPerfError, InputError } from '../../errors.js'
import { type Cluster, connectToCluster } from '../../kubernetes/cluster.js'
import { isNotFound } from '../../kubernetes/errors.js'
import { managedBy, runLabel, selector } from '../../kubernetes/labels.js'
import { LiveList } from '../../kubernetes/live-list.js'
import { type KubernetesSettings, readKubernetesSettings, testImage } from '../../kubernetes/settings.js'
import type { App, Component } from '../descriptions.js'
import type { Environment, Platform, PlatformOptions, UsageByApp } from '../platform.js'
import { addUp, measureContainers } from './container-usage.js'
import { daprResource } from './dapr-resource.js'
import { describeNodes } from './environment.js'
import { checkImages } from './images.js'
import {
  componentOf,
  configurationOf,
  deploymentOf,
  type Run,
  serviceOf,
  sidecarContainer,
  tokenSecretOf,
} from './manifests.js'
import { RunNames } from './names.js'
import { untilReached } from './network.js'
import { Owner } from './owner.js'
import { PodLogs } from './pod-logs.js'
import { appOf, containerStatuses, deathOf, isReady, nameOf } from './pod-state.js'
import { PodPort } from './port-forward.js'
import { reachApp } from './reach.js'
import { findRedis } from './redis.js'
import { removeLeftoverRuns, removeRun } from './removal.js'
import { checkRights } from './rights.js'
import { daprdVersionOf, daprSettingsOf, sidecarOf } from './sidecar-info.js'
import { untilAppsReady } from './waiting.js'

const sidecarPorts = { http: 3500, metrics: 9090 }

/** What a run holds in a cluster, from its setup to its end. */
interface Session extends Run {
  cluster: Cluster
  ownership: Owner
  pods: LiveList<V1Pod>
  deployments: LiveList<V1Deployment>
  services: LiveList<V1Service>
  logs: PodLogs
}

/** The cluster that kubectl uses: each app is a Deployment, its sidecar put in by Dapr's injector. */
export class KubernetesPlatform implements Platform {
  readonly testerToken = randomBytes(16).toString('hex')
  readonly #options: PlatformOptions
  readonly #failure = new AbortController()
  readonly #names = new RunNames()
  readonly #apps = new Map<string, App>()
  readonly #urls = new Map<string, Promise<string>>()
  readonly #ports: PodPort[] = []
  readonly #lists: Disposable[] = []
  /** Pods that were ready, by name. */
  readonly #alive = new Map<string, V1Pod>()
  #components: Component[] = []
  #cluster: Cluster | undefined
  #ownership: Owner | undefined
  #session: Session | undefined
  #signal: AbortSignal = this.#failure.signal
  #tearingDown = false

  constructor(options: PlatformOptions) {
    this.#options = options
  }

  get failure(): AbortSignal {
    return this.#failure.signal
  }

  async setup(signal: AbortSignal): Promise<void> {
    const { runId, folder, report } = this.#options
    this.#signal = signal
    const settings = readKubernetesSettings()
    testImage('perf-tester', settings) // a missing registry is known before anything is sent
    const cluster = connectToCluster()
    this.#cluster = cluster
    const namespace = settings.testNamespace
    report({ kind: 'step', what: `preparing namespace ${namespace} of context ${cluster.context}` })
    await checkRights(cluster, namespace)
    signal.throwIfAborted()
    const ownership = await Owner.create(cluster, { runId, names: this.#names, settings })
    this.#ownership = ownership
    ownership.keepAlive((error) => this.#fail(error))
    for (const line of await removeLeftoverRuns(cluster, namespace))
      report({ kind: 'note', what: `removed ${line}, which had been killed` })
    const run: Run = { runId, names: this.#names, settings, owner: ownership.reference }
    const logs = new PodLogs(cluster, namespace, join(folder, 'logs'))
    this.#session = { ...run, cluster, ownership, logs, ...(await this.#watch(cluster, settings)) }
    logs.follow(this.#session.pods)
    this.#session.pods.onChange((pods) => this.#lookForDeaths(pods))
    await cluster.core.createNamespacedSecret({ namespace, body: tokenSecretOf(this.testerToken, run) })
    await createConfiguration(cluster, run)
    signal.throwIfAborted()
  }

  async addComponents(components: Component[]): Promise<void> {
    const session = this.#ready()
    this.#components = components
    const where = { ...daprResource('components'), namespace: session.settings.testNamespace }
    await Promise.all(
      components.map((component) =>
        session.cluster.custom.createNamespacedCustomObject({
          ...where,
          body: componentOf(component, session),
        }),
      ),
    )
  }

  async addApps(apps: App[], signal: AbortSignal): Promise<void> {
    const session = this.#ready()
    const { cluster, settings } = session
    const namespace = settings.testNamespace
    for (const app of apps) {
      this.#names.check(app.appName)
      if (this.#apps.has(app.appName)) throw new InputError(`${app.appName}: there are two apps of that name`)
      this.#apps.set(app.appName, app)
    }
    await checkImages(apps, settings)
    signal.throwIfAborted()
    for (const { appName, imageName } of apps) {
      const { testRegistry, testTag } = settings
      const what = `Adding app ${appName}: image ${imageName}, tag ${testTag}, registry ${testRegistry}`
      this.#options.report({ kind: 'note', what })
    }
    const test = { apps: [...this.#apps.values()], components: this.#components }
    // All of them, also when one fails: what is made after teardown would be left over.
    const attempts = await Promise.allSettled(
      apps.flatMap((app) => [
        cluster.apps.createNamespacedDeployment({
          namespace,
          body: deploymentOf(app, session, test),
        }),
        cluster.core.createNamespacedService({ namespace, body: serviceOf(app, session) }),
      ]),
    )
    for (const attempt of attempts) if (attempt.status === 'rejected') throw attempt.reason
    await untilAppsReady(apps, session, signal)
    for (const pod of session.pods.items) if (isReady(pod)) this.#alive.set(nameOf(pod), pod)
    await this.#untilReached(apps, signal)
  }

  async acquireAppExternalURL(appName: string): Promise<string> {
    const app = this.#app(appName)
    if (!app.ingressEnabled) throw new InputError(`${appName} can't be reached: set ingressEnabled`)
    const known = this.#urls.get(appName)
    if (known) return known
    const { services, settings } = this.#ready()
    const url = reachApp({
      appName,
      services,
      nodeAddress: settings.nodeAddress,
      forwardPort: () => this.#forward(appName, app.appPort),
      note: (what) => this.#options.report({ kind: 'note', what }),
      signal: this.#signal,
    })
    this.#urls.set(appName, url)
    return url
  }

  resolveURL(url: string, from: string): string {
    return this.#names.resolveURL(url, from, this.#apps, this.#components)
  }

  appId(appName: string): string {
    return this.#names.of(appName)
  }

  componentName(name: string): string {
    return this.#names.of(name)
  }

  async acquireSidecarURL(appName: string, port: 'http' | 'metrics'): Promise<string> {
    if (!this.#app(appName).daprEnabled) throw new InputError(`${appName} has no sidecar: set daprEnabled`)
    const key = `${appName}'s sidecar, ${port}`
    const known = this.#urls.get(key)
    if (known) return known
    const url = this.#forward(appName, sidecarPorts[port])
    this.#urls.set(key, url)
    return url
  }

  async acquireRedis(): Promise<string> {
    const { cluster, settings } = this.#ready()
    return findRedis(cluster, settings.testNamespace)
  }

  async describeApp(url: string): Promise<string> {
    for (const [appName, known] of this.#urls) {
      if (!url.startsWith(await known)) continue
      const { pods, logs } = this.#ready()
      const containers = pods.items
        .filter((pod) => appOf(pod) === appName)
        .flatMap((pod) => containerStatuses(pod).map(({ name }) => logs.lastLines(nameOf(pod), name)))
      return (await Promise.all(containers)).join('\n')
    }
    return ''
  }

  async measureUsage(): Promise<() => Promise<UsageByApp>> {
    const { cluster, pods } = this.#ready()
    const measured = pods.items
    const end = await measureContainers(cluster, measured, this.#signal)
    return async () => {
      const usage = await end()
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
    const counts = this.#ready()
      .pods.items.flatMap(containerStatuses)
      .map(({ restartCount }) => restartCount)
    return counts.reduce((sum, count) => sum + count, 0)
  }

  async environment(): Promise<Environment> {
    const { cluster, pods, settings } = this.#ready()
    const withSidecar = pods.items.find(sidecarOf)
    const { gitVersion } = await cluster.version.getCode()
    return {
      platform: 'kubernetes',
      versions: {
        daprd: withSidecar ? await daprdVersionOf(withSidecar, cluster) : 'none',
        node: process.versions.node,
      },
      cluster: {
        kubernetes: gitVersion,
        context: cluster.context,
        namespace: settings.testNamespace,
        nodes: await describeNodes(cluster, pods.items),
      },
      dapr: daprSettingsOf(withSidecar),
    }
  }

  async tearDown(): Promise<void> {
    this.#tearingDown = true
    for (const port of this.#ports) port.close()
    try {
      if (this.#cluster && this.#ownership) {
        const stillEnding = await removeRun(this.#cluster, this.#ownership.lease)
        const what = `still ending: pods ${stillEnding.join(', ')}. Is their node alive (kubectl get nodes)?`
        if (stillEnding.length > 0) this.#options.report({ kind: 'note', what })
      }
    } finally {
      this.#ownership?.stopKeepingAlive()
      await this.#session?.logs.stop()
      for (const list of this.#lists) list[Symbol.dispose]()
    }
  }

  /** What the cluster has of this run, kept up to date. */
  async #watch(cluster: Cluster, { testNamespace }: KubernetesSettings) {
    const labelSelector = selector({ ...managedBy, [runLabel]: this.#options.runId })
    const live = async <T extends KubernetesObject>(api: string, plural: string) => {
      const path = `${api}/namespaces/${testNamespace}/${plural}`
      const list = await LiveList.start<T>(cluster, { path, labelSelector })
      this.#lists.push(list)
      return list
    }
    return {
      pods: await live<V1Pod>('/api/v1', 'pods'),
      services: await live<V1Service>('/api/v1', 'services'),
      deployments: await live<V1Deployment>('/apis/apps/v1', 'deployments'),
    }
  }

  async #untilReached(apps: App[], signal: AbortSignal): Promise<void> {
    const caller = [...this.#apps.values()].findLast(({ daprEnabled }) => daprEnabled)
    if (!caller) return
    const others = apps.filter((app) => app !== caller)
    const urls = others.map(({ appName, appPort }) => `http://${this.#names.of(appName)}:${appPort}`)
    if (urls.length > 0)
      await untilReached(await this.acquireSidecarURL(caller.appName, 'http'), urls, signal)
  }

  #lookForDeaths(pods: V1Pod[]): void {
    if (this.#tearingDown) return
    for (const [name, known] of this.#alive) {
      const pod = pods.find((candidate) => nameOf(candidate) === name)
      const death = pod ? deathOf(pod) : { what: `${appOf(known)}'s pod ${name} was deleted` }
      if (!death) continue
      this.#alive.clear() // the first death is the reason for all that follow
      const container = death.container ?? (appOf(known) as string)
      void this.#ready()
        .logs.lastLines(name, container)
        .then((lines) => this.#fail(new AppDiedError(`${death.what}.\n${lines}`)))
      return
    }
  }

  #fail(error: AppDiedError): void {
    if (!this.#tearingDown) this.#failure.abort(error)
  }

  async #forward(appName: string, port: number): Promise<string> {
    const { cluster, pods, settings } = this.#ready()
    const podName = () => {
      const pod = pods.items.find((candidate) => appOf(candidate) === appName && isReady(candidate))
      if (!pod) throw new DaprPerfError(`no pod of ${appName} is ready`)
      return nameOf(pod)
    }
    const opened = await PodPort.open(cluster, settings.testNamespace, podName, port)
    this.#ports.push(opened)
    return opened.url
  }

  #ready(): Session {
    if (!this.#session) throw new DaprPerfError('the platform is not set up yet')
    return this.#session
  }

  #app(name: string): App {
    const app = this.#apps.get(name)
    if (!app)
      throw new InputError(`this test has no app ${name}: it has ${[...this.#apps.keys()].join(', ')}`)
    return app
  }
}

async function createConfiguration(cluster: Cluster, run: Run): Promise<void> {
  const { testNamespace: namespace } = run.settings
  try {
    const body = configurationOf(run)
    await cluster.custom.createNamespacedCustomObject({ ...daprResource('configurations'), namespace, body })
  } catch (error) {
    if (!isNotFound(error)) throw error
    throw new DaprPerfError(
      `Dapr is not installed in the cluster of context ${cluster.context}: install it with npx turbo docker-deploy-k8s`,
      { cause: error },
    )
  }
}
