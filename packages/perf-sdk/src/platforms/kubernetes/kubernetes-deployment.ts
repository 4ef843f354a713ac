import { DaprPerfError, endAfter } from '@dapr-perf/errors'
import { selector } from '@dapr-perf/kubernetes'
import type { App } from '../../description/app.js'
import { tokenHeaders } from '../../http/token-headers.js'
import type { Environment } from '../../model/environment.js'
import type { UsageByApp } from '../../model/usage.js'
import { attributed } from '../attributed.js'
import { readGoCounters } from '../go-metrics.js'
import {
  appsOf,
  type Deployment,
  type RunningApp,
  type RunningDeployment,
  type SidecarCounters,
} from '../platform.js'
import { untilReached } from './access/network.js'
import { environmentOf } from './environment/environment.js'
import { createApps, createDaprObjects } from './manifests/create.js'
import { checkImages, imageOf } from './manifests/images.js'
import { runLabels } from './manifests/manifests.js'
import { removeObjects } from './ownership/removal.js'
import { addUp, type chooseSource, measureContainers } from './pods/container-usage.js'
import { PodLogs } from './pods/pod-logs.js'
import { appOf, nameOf, sidecarContainer } from './pods/pod-state.js'
import { untilAppsReady } from './pods/waiting.js'
import type { RunBase, RunHandles } from './run/run.js'
import { DeathWatch } from './running/deaths.js'
import { checkFlags } from './running/flags.js'
import { runningApp, sidecarPorts } from './running/running-app.js'
import { watchRun } from './running/watch.js'

/** What a deployment has from its session. */
export interface DeploymentHost {
  run: RunBase
  /** That of the apps that all variants share, if this is one's. */
  shared: KubernetesDeployment | undefined
  /** How CPU and memory of containers are read; the same for all deployments. */
  usageSource(pods: RunHandles['pods']['items']): ReturnType<typeof chooseSource>
  onDeath(what: string): void
  /** Those of the session that have not ended; it adds itself, and takes itself from them when it ends before the session. */
  deployments: Set<KubernetesDeployment>
}

/** Apps and sidecars in a cluster: a Deployment and a Service for each app. */
export class KubernetesDeployment implements RunningDeployment {
  readonly #own: RunningApp[]
  readonly #deaths: DeathWatch

  private constructor(
    private readonly deployment: Deployment,
    readonly run: RunHandles,
    private readonly host: DeploymentHost,
  ) {
    this.#own = this.ownApps.map((app) => runningApp(app, run))
    this.#deaths = new DeathWatch(run, host.onDeath)
  }

  /** @param deployment with the apps that it does not share */
  static async start(
    deployment: Deployment,
    host: DeploymentHost,
    signal: AbortSignal,
  ): Promise<KubernetesDeployment> {
    const { logs: folder, report } = deployment
    const { cluster, settings, names } = host.run
    const apps = appsOf(deployment)
    for (const { appName } of apps) names.check(appName)
    await checkImages(apps, settings)
    signal.throwIfAborted()
    const live = await watchRun(cluster, host.run)
    const logs = new PodLogs(cluster, settings.testNamespace, folder)
    const run: RunHandles = { ...host.run, ...live, logs, ports: [], report }
    logs.follow(run.pods)
    const started = new KubernetesDeployment(deployment, run, host)
    host.deployments.add(started)
    try {
      await started.#create(signal)
      return started
    } catch (error) {
      if (deployment.variant === undefined) throw error // the session ends now, and it with that
      return endAfter(error, () => started[Symbol.asyncDispose]())
    }
  }

  async untilReady(signal: AbortSignal): Promise<void> {
    await this.#untilReady(this.ownApps, signal)
  }

  get apps(): RunningApp[] {
    const shared = this.host.shared?.apps ?? []
    const own = new Set(this.#own.map(({ name }) => name))
    return [...shared.filter(({ name }) => !own.has(name)), ...this.#own.map((app) => this.#reachable(app))]
  }

  /** Those that it does not share. */
  get ownApps(): App[] {
    return appsOf(this.deployment)
  }

  componentName(name: string): string {
    return this.run.names.of(name)
  }

  environment(): Promise<Environment> {
    return environmentOf(this.#all, this.#pods, this.deployment, this.run)
  }

  async startUsage(): Promise<() => Promise<UsageByApp>> {
    const measured = this.#pods
    const source = await this.host.usageSource(measured)
    const stop = await measureContainers(source(measured), this.run.signal)
    return async () => {
      const usage = await stop()
      return Object.fromEntries(
        this.#all.flatMap(({ appName }) => {
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

  /** The kubelet counts CPU too seldom for a block, and does not count context switches. */
  async readCounters(): Promise<SidecarCounters> {
    const urls = await Promise.all(
      this.ownApps.map(({ metricsEnabled }, index) =>
        metricsEnabled ? this.#own[index]?.sidecar?.acquireExternalURL('metrics') : undefined,
      ),
    )
    const { cpuSeconds, allocations, allocatedBytes } = await readGoCounters(urls)
    if (cpuSeconds === undefined)
      throw new DaprPerfError(
        'the CPU time of the sidecars is not known: on Kubernetes it is one of their metrics, and these are off',
      )
    return { cpuSeconds, cpuSource: 'process_cpu_seconds_total', allocations, allocatedBytes }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { cluster, settings } = this.run
    try {
      const these = { namespace: settings.testNamespace, labelSelector: selector(runLabels(this.run)) }
      this.stopWatching()
      await removeObjects(cluster, these)
    } finally {
      await this.close()
      this.host.deployments.delete(this)
    }
  }

  /** What ends from now on is no failure. */
  stopWatching(): void {
    this.#deaths[Symbol.dispose]()
    for (const port of this.run.ports) port.close()
  }

  /** Ends what this process holds of it, once its pods have ended. */
  async close(): Promise<void> {
    const { logs, pods, services, deployments } = this.run
    try {
      await logs.stop()
    } finally {
      for (const list of [pods, services, deployments]) list[Symbol.dispose]()
    }
  }

  /** Its own apps, and the others that it shares. */
  get #all(): App[] {
    const apps = [...(this.host.shared?.ownApps ?? []), ...this.ownApps]
    return [...new Map(apps.map((app) => [app.appName, app])).values()]
  }

  get #pods() {
    return [...this.run.pods.items, ...(this.host.shared?.run.pods.items ?? [])]
  }

  async #create(signal: AbortSignal): Promise<void> {
    const { initApps, apps, variant, configuration } = this.deployment
    if (this.ownApps.some(({ daprEnabled }) => daprEnabled))
      await createDaprObjects(this.deployment, this.run)
    if (variant === undefined)
      for (const app of this.ownApps) {
        const what = `Adding app ${app.appName}: image ${imageOf(app, this.run.settings)}`
        this.run.report({ kind: 'note', what })
      }
    await createApps(initApps, this.ownApps, configuration, this.run)
    if (initApps.length > 0) await attributed(variant, () => this.#untilReady(initApps, signal))
    await createApps(apps, this.ownApps, configuration, this.run)
  }

  async #untilReady(apps: App[], signal: AbortSignal): Promise<void> {
    await untilAppsReady(apps, this.run, signal)
    checkFlags(apps, this.run.pods.items)
    this.#deaths.watchReady()
    if (this.deployment.variant === undefined) await this.#untilReached(apps, signal)
  }

  async #untilReached(apps: App[], signal: AbortSignal): Promise<void> {
    const running = this.#own.filter(({ name }) => apps.some(({ appName }) => appName === name))
    const caller = running.findLast(({ sidecar }) => sidecar)
    const others = running.filter((app) => app !== caller).map(({ url }) => url)
    if (!caller?.sidecar || others.length === 0) return
    const { sidecar } = caller
    const through = { url: await sidecar.acquireExternalURL('http'), headers: tokenHeaders(sidecar.apiToken) }
    await untilReached(through, others, signal)
  }

  /** The app as others see it. Where it stands for the load generator, that calls its sidecar from its own pod. */
  #reachable(app: RunningApp): RunningApp {
    const generator = this.host.shared?.apps.find(({ name }) => name === app.name)
    if (!generator || !app.sidecar) return app
    const url = (port: number) => {
      const pod = this.run.pods.items.find((candidate) => appOf(candidate) === app.name)
      const ip = pod?.status?.podIP
      if (!ip) throw new DaprPerfError(`${app.name}'s pod has no IP address`)
      return `http://${ip.includes(':') ? `[${ip}]` : ip}:${port}`
    }
    const { acquireExternalURL, apiToken } = app.sidecar
    return {
      ...generator,
      appId: app.appId,
      sidecar: {
        get http() {
          return url(sidecarPorts.http)
        },
        get grpc() {
          return url(sidecarPorts.grpc)
        },
        apiToken,
        acquireExternalURL,
      },
      lastLines: app.lastLines,
    }
  }
}
