import { DaprPerfError, VariantError } from '@dapr-perf/errors'
import { selector } from '@dapr-perf/kubernetes'
import type { App } from '../../description/app.js'
import { testerName } from '../../description/apps.js'
import type { Environment } from '../../model/environment.js'
import { readGoCounters } from '../go-metrics.js'
import type { RunningApp } from '../platform.js'
import {
  type RunningVariant,
  type SidecarCounters,
  type VariantDeployment,
  withSidecarVariables,
} from '../variants.js'
import { environmentOf } from './environment/environment.js'
import { createApps, createDaprObjects } from './manifests/create.js'
import { runLabels } from './manifests/manifests.js'
import { removeObjects } from './ownership/removal.js'
import { PodLogs } from './pods/pod-logs.js'
import { appOf, isReady } from './pods/pod-state.js'
import { untilAppsReady } from './pods/waiting.js'
import type { RunHandles } from './run/run.js'
import { DeathWatch } from './running/deaths.js'
import { checkFlags } from './running/flags.js'
import { runningApp, sidecarPorts } from './running/running-app.js'
import { watchRun } from './running/watch.js'

/** What a variant has from its session. */
export interface VariantHost {
  /** The part that all variants share. */
  run: RunHandles
  shared: { app: App; running: RunningApp }[]
  onDeath(error: VariantError): void
}

/** A variant in a cluster: Deployments of its own, on the node of the load generator. */
export class KubernetesVariant implements RunningVariant {
  readonly apps: RunningApp[]
  readonly #own: RunningApp[]
  readonly #deaths: DeathWatch

  private constructor(
    private readonly deployment: VariantDeployment,
    private readonly run: RunHandles,
    private readonly host: VariantHost,
    private readonly lists: Disposable[],
  ) {
    const { name, apps } = deployment
    this.#own = apps.map((app) => runningApp(app, run))
    const ofOthers = host.shared.filter(({ app }) => !apps.some(({ appName }) => appName === app.appName))
    this.apps = [...ofOthers.map(({ running }) => running), ...this.#own.map((app) => this.#reachable(app))]
    this.#deaths = new DeathWatch(run, (what) => host.onDeath(new VariantError(name, what)))
  }

  /**
   * Starts the apps with sidecars. The load generator calls the sidecar of an app that only stands for it.
   *
   * @param label of the variant in this block, which names and labels its objects
   * @param given with the apps that have sidecars
   */
  static async start(label: string, given: VariantDeployment, host: VariantHost): Promise<KubernetesVariant> {
    const { daprd, logs: folder } = given
    const { cluster, settings, pods } = host.run
    const generator = pods.items.find((pod) => appOf(pod) === testerName && isReady(pod))
    const { podIP = '' } = generator?.status ?? {}
    const { nodeName } = generator?.spec ?? {}
    const part = {
      label,
      sidecars: { image: daprd, listenAddresses: podIP.includes(':') ? '[::]' : '0.0.0.0' },
      ...(nodeName && { node: nodeName }),
    }
    const owned = { ...host.run, names: host.run.names.ofPart(label), part }
    for (const { appName } of given.apps) owned.names.check(appName)
    const deployment = { ...given, apps: withSidecarVariables(given.apps, given.env) }
    const lists: Disposable[] = []
    const live = await watchRun(cluster, owned, lists)
    const logs = new PodLogs(cluster, settings.testNamespace, folder)
    const run: RunHandles = { ...owned, ...live, logs, ports: [], report: given.report }
    logs.follow(run.pods)
    const variant = new KubernetesVariant(deployment, run, host, lists)
    try {
      await createDaprObjects(deployment, run)
      await createApps(deployment.apps, deployment.apps, deployment.configuration, run)
      return variant
    } catch (error) {
      await variant[Symbol.asyncDispose]()
      throw error
    }
  }

  async untilReady(signal: AbortSignal): Promise<void> {
    await untilAppsReady(this.deployment.apps, this.run, signal)
    checkFlags(this.deployment.apps, this.run.pods.items)
    this.#deaths.watchReady()
  }

  componentName(name: string): string {
    return this.run.names.of(name)
  }

  environment(): Promise<Environment> {
    const { run, shared } = this.host
    const apps = new Map(
      [...shared.map(({ app }) => app), ...this.deployment.apps].map((app) => [app.appName, app]),
    )
    const pods = [...this.run.pods.items, ...run.pods.items]
    return environmentOf([...apps.values()], pods, this.deployment, run)
  }

  /** The kubelet counts CPU too seldom for a block, and does not count context switches. */
  async readCounters(): Promise<SidecarCounters> {
    const urls = await Promise.all(
      this.deployment.apps.map(({ metricsEnabled }, index) =>
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
    this.#deaths[Symbol.dispose]()
    const { cluster, settings, ports, logs } = this.run
    for (const port of ports) port.close()
    try {
      const these = { namespace: settings.testNamespace, labelSelector: selector(runLabels(this.run)) }
      await removeObjects(cluster, these)
    } finally {
      await logs.stop()
      for (const list of this.lists) list[Symbol.dispose]()
    }
  }

  /** The app as others see it. Where it stands for the load generator, that calls its sidecar from its own pod. */
  #reachable(app: RunningApp): RunningApp {
    const generator = this.host.shared.find((one) => one.app.appName === app.name)
    if (!generator || !app.sidecar) return app
    const url = (port: number) => {
      const pod = this.run.pods.items.find((candidate) => appOf(candidate) === app.name)
      const ip = pod?.status?.podIP
      if (!ip) throw new DaprPerfError(`${app.name}'s pod has no IP address`)
      return `http://${ip.includes(':') ? `[${ip}]` : ip}:${port}`
    }
    const { acquireExternalURL, apiToken } = app.sidecar
    return {
      ...generator.running,
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
