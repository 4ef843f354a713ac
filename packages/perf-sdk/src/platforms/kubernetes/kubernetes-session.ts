import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppDiedError, InputError } from '@dapr-perf/errors'
import { connectToCluster } from '@dapr-perf/kubernetes'
import { readKubernetesSettings, testImage } from '@dapr-perf/kubernetes/settings'
import type { App } from '../../description/app.js'
import { testerName } from '../../description/apps.js'
import { tokenHeaders } from '../../http/token-headers.js'
import type { Environment } from '../../model/environment.js'
import type { UsageByApp } from '../../model/usage.js'
import { closeSession } from '../close-session.js'
import type { Deployment, RunningApp, SessionOptions } from '../platform.js'
import type { Resource } from '../resource.js'
import type { RunningVariant, VariantDeployment, VariantSession } from '../variants.js'
import { untilReached } from './access/network.js'
import { environmentOf } from './environment/environment.js'
import { KubernetesVariant } from './kubernetes-variant.js'
import { createApps, createDaprObjects } from './manifests/create.js'
import { checkImages, imageOf } from './manifests/images.js'
import { tokenSecretOf } from './manifests/manifests.js'
import { isRestricted } from './manifests/pod-security.js'
import { withOverrides } from './manifests/resources.js'
import { watchNodeSupply } from './nodes/node-supply.js'
import { Owner } from './ownership/owner.js'
import { removeLeftovers, removeRun } from './ownership/removal.js'
import { checkRights } from './ownership/rights.js'
import { addUp, chooseSource, measureContainers } from './pods/container-usage.js'
import { PodLogs } from './pods/pod-logs.js'
import { appOf, nameOf, sidecarContainer } from './pods/pod-state.js'
import { untilAppsReady } from './pods/waiting.js'
import { RunNames } from './run/names.js'
import type { RunHandles, RunPart } from './run/run.js'
import { DeathWatch } from './running/deaths.js'
import { checkFlags } from './running/flags.js'
import { runningApp } from './running/running-app.js'
import { watchRun } from './running/watch.js'

/** A case in a cluster: one Lease owns all its objects. */
export class KubernetesSession implements VariantSession {
  readonly loadSeconds = 10
  readonly isOnThisMachine = false
  readonly testerToken = randomBytes(16).toString('hex')
  readonly #apps = new Map<string, App>()
  readonly #running: RunningApp[] = []
  readonly #deaths: DeathWatch
  /** How often each variant was started. */
  readonly #starts = new Map<string, number>()
  #deployment: Pick<Deployment, 'components' | 'configuration'> | undefined
  /** Of CPU and memory of the containers. */
  #usageSource: ReturnType<typeof chooseSource> | undefined

  private constructor(
    private readonly run: RunHandles,
    private readonly ownership: Owner,
    private readonly failed: AbortController,
    /** Of the leftovers of dead runs. */
    private readonly stopRemoval: () => Promise<void>,
  ) {
    this.#deaths = new DeathWatch(run, (what) => failed.abort(new AppDiedError(what)))
  }

  static open(options: SessionOptions, signal: AbortSignal): Promise<KubernetesSession> {
    return KubernetesSession.#open(options, signal)
  }

  /** Opens a session in which only variants have sidecars. */
  static openForVariants(options: SessionOptions, signal: AbortSignal): Promise<KubernetesSession> {
    return KubernetesSession.#open(options, signal, { label: 'shared' })
  }

  static async #open(
    { runId, folder, report }: SessionOptions,
    signal: AbortSignal,
    part?: RunPart,
  ): Promise<KubernetesSession> {
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
      const owned = { ...identity, restricted, owner: ownership.reference, ...(part && { part }) }
      const live = await watchRun(cluster, owned, lists)
      const nodes = await watchNodeSupply(cluster, settings)
      if (nodes.events) lists.push(nodes.events)
      logs = new PodLogs(cluster, namespace, join(folder, 'logs'))
      const run: RunHandles = {
        ...owned,
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
    const { settings, names, report } = this.run
    const apps = deployment.apps.map((app) => withOverrides(app, settings.resources))
    for (const app of apps) {
      names.check(app.appName)
      this.#apps.set(app.appName, app)
    }
    await checkImages(apps, settings)
    signal.throwIfAborted()
    if (!this.#deployment && apps.some(({ daprEnabled }) => daprEnabled)) {
      await createDaprObjects(deployment, this.run)
      this.#deployment = deployment
    }
    for (const app of apps)
      report({ kind: 'note', what: `Adding app ${app.appName}: image ${imageOf(app, settings)}` })
    await createApps(apps, [...this.#apps.values()], deployment.configuration, this.run)
    await untilAppsReady(apps, this.run, signal)
    checkFlags(apps, this.run.pods.items)
    this.#deaths.watchReady()
    const running = apps.map((app) => runningApp(app, this.run))
    this.#running.push(...running)
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
    this.#usageSource ??= chooseSource(cluster, measured)
    const stop = await measureContainers((await this.#usageSource)(measured), signal)
    return async () => {
      const usage = await stop()
      return Object.fromEntries(
        [...this.#apps.keys()].flatMap((appName) => {
          const own = measured.filter((pod) => appOf(pod) === appName)
          const usageOf = (container: string) =>
            addUp(own.map((pod) => usage.get(`${nameOf(pod)}/${container}`)))
          const [app, sidecar] = [usageOf(appName), usageOf(sidecarContainer)]
          return app ? [[appName, { app, ...(sidecar && { sidecar }) }]] : []
        }),
      )
    }
  }

  async restarts(): Promise<number> {
    return this.#deaths.restarts()
  }

  environment(): Promise<Environment> {
    const deployment = this.#deployment ?? { components: [], configuration: {} }
    return environmentOf([...this.#apps.values()], this.run.pods.items, deployment, this.run)
  }

  isShared({ appName, daprEnabled }: App): boolean {
    return appName === testerName || !daprEnabled
  }

  async deployVariant(deployment: VariantDeployment): Promise<RunningVariant> {
    const { name, logs } = deployment
    const { settings } = this.run
    if (!this.#apps.has(testerName))
      throw new InputError(
        `on Kubernetes ab needs the app ${testerName}: add tester() to the apps of the case`,
      )
    const apps = deployment.apps
      .filter(({ daprEnabled }) => daprEnabled)
      .map((app) => withOverrides(app, settings.resources))
    await checkImages(apps, settings)
    await mkdir(logs, { recursive: true })
    const block = (this.#starts.get(name) ?? 0) + 1
    this.#starts.set(name, block)
    return KubernetesVariant.start(
      `${name}${block}`,
      { ...deployment, apps },
      {
        run: this.run,
        shared: this.#running.map((running) => ({ app: this.#apps.get(running.name) as App, running })),
        onDeath: (error) => this.failed.abort(error),
      },
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#deaths[Symbol.dispose]()
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

  async #untilReached(running: RunningApp[], signal: AbortSignal): Promise<void> {
    const caller = running.findLast(({ sidecar }) => sidecar)
    const others = running.filter((app) => app !== caller).map(({ url }) => url)
    if (!caller?.sidecar || others.length === 0) return
    const { sidecar } = caller
    const through = { url: await sidecar.acquireExternalURL('http'), headers: tokenHeaders(sidecar.apiToken) }
    await untilReached(through, others, signal)
  }
}
