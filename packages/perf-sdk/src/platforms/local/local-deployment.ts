import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Daprd } from '@dapr-perf/dapr'
import { DaprPerfError } from '@dapr-perf/errors'
import type { App } from '../../description/app.js'
import { hasMetrics } from '../../description/configuration.js'
import type { Environment, Programs } from '../../model/environment.js'
import type { UsageByApp } from '../../model/usage.js'
import { closedConnectionsTo } from '../../process/closed-connections.js'
import type { ManagedProcess } from '../../process/managed-process.js'
import { ProcessTree } from '../../process/process-tree.js'
import { measureUsageOf } from '../../process/usage.js'
import { attributed } from '../attributed.js'
import { daprEnvironment } from '../dapr-environment.js'
import { type GoCounters, readGoCounters, total } from '../go-metrics.js'
import type { Deployment, RunningApp, RunningDeployment, SidecarCounters } from '../platform.js'
import { describeHost } from './host.js'
import {
  type LocalApp,
  type LocalRun,
  type OnProcess,
  reserveSidecarPorts,
  runningApp,
  type SidecarSettings,
  startApp,
  startSidecar,
  untilReady,
} from './local-app.js'
import { localPrograms } from './programs.js'
import type { SidecarPorts } from './sidecar.js'
import { localSettings } from './sidecar-files.js'

/** What a deployment has from its session. */
export interface DeploymentHost {
  run: LocalRun
  settings: SidecarSettings
  /** How daprd was found; absent where the deployment names its own, or has no sidecars. */
  found: Daprd | undefined
  /** The apps that all variants share. */
  shared: LocalApp[]
  /** The ports of its sidecars, by app, which it fills. */
  ports: Map<string, SidecarPorts>
  /** Of this machine, before anything ran. */
  loadAverage: number[]
  onProcess: OnProcess
  stop(processes: ManagedProcess[]): Promise<void>
}

/** Apps and sidecars on this machine. */
export class LocalDeployment implements RunningDeployment {
  readonly #processes: ManagedProcess[] = []
  readonly #trees = new Map<number, ProcessTree>()
  readonly #apps: LocalApp[] = []
  #programs: Promise<Programs> | undefined

  constructor(
    private readonly deployment: Deployment,
    private readonly host: DeploymentHost,
  ) {}

  async start(signal: AbortSignal): Promise<void> {
    const { initApps, apps, variant } = this.deployment
    await this.#startAll(initApps)
    if (initApps.length > 0) await attributed(variant, () => this.untilReady(signal))
    await this.#startAll(apps)
    if (variant !== undefined) return // it is asked for once, and a block lasts no longer for it
    this.#programs = this.#describePrograms()
    this.#programs.catch(() => {}) // until somebody asks for them
  }

  async untilReady(signal: AbortSignal): Promise<void> {
    const awaited = new Map(this.#apps.map((app) => [app, app.description.appName]))
    const tell = () => {
      const what = `waiting for ${[...awaited.values()].join(', ')}`
      if (awaited.size > 0) this.deployment.report({ kind: 'step', what })
    }
    tell()
    await Promise.all(
      this.#apps.map(async (app) => {
        const onListening = () => {
          awaited.set(app, `${app.description.appName}'s sidecar`)
          tell()
        }
        await untilReady(app, signal, onListening)
        awaited.delete(app)
        tell()
      }),
    )
  }

  get localApps(): LocalApp[] {
    return this.#apps
  }

  get apps(): RunningApp[] {
    return this.#all.map(runningApp)
  }

  componentName(name: string): string {
    return name
  }

  async environment(): Promise<Environment> {
    const { loadAverage } = this.host
    const apps = this.#all.map(({ description }) => description)
    const { configuration } = this.deployment
    return {
      platform: 'local',
      programs: await (this.#programs ?? this.#describePrograms()),
      host: describeHost(loadAverage),
      dapr: {
        ...localSettings,
        ...daprEnvironment({ ...this.deployment, apps }),
        metrics: hasMetrics(configuration) && apps.every(({ metricsEnabled }) => metricsEnabled),
      },
    }
  }

  async startUsage(): Promise<() => Promise<UsageByApp>> {
    const closedBefore = this.#closedConnections()
    const apps = this.#all
    const stop = await measureUsageOf(
      apps.flatMap(({ processes }) => processes.flatMap((one) => one?.pid ?? [])),
    )
    return async () => {
      const usage = await stop()
      const closed = this.#closedConnections()
      const closedSince = (port: number) => {
        const [before, now] = [closedBefore?.get(port), closed?.get(port)]
        return before === undefined || now === undefined
          ? {}
          : { closedConnections: Math.max(0, now - before) }
      }
      const usageOf = ({ port, processes: [app, sidecar] }: LocalApp) => {
        const used = usage.get(app.pid)
        const ofSidecar = sidecar && usage.get(sidecar.pid)
        return used && { app: { ...used, ...closedSince(port) }, ...(ofSidecar && { sidecar: ofSidecar }) }
      }
      const known = apps.map((app) => [app.description.appName, usageOf(app)] as const)
      return Object.fromEntries(known.flatMap(([name, used]) => (used ? [[name, used]] : [])))
    }
  }

  async restarts(): Promise<undefined> {
    return undefined
  }

  async readCounters(): Promise<SidecarCounters> {
    // The metrics first: to read them costs the sidecars some CPU time.
    const { cpuSeconds: ownCpuSeconds, allocations, allocatedBytes } = await this.#goCounters()
    const trees = this.#apps.flatMap(({ processes: [, sidecar] }) => (sidecar ? this.#treeOf(sidecar) : []))
    const counters = await Promise.all(trees.map((tree) => tree.read()))
    const known = counters.filter((one) => one !== undefined)
    if (known.length < counters.length)
      throw new DaprPerfError('the CPU time of the sidecars is not known: one of them has ended')
    return {
      cpuSeconds: total(known.map(({ cpuSeconds }) => cpuSeconds)) as number,
      cpuSource: known.find(({ cpuSource }) => cpuSource !== 'schedstat')?.cpuSource ?? 'schedstat',
      ownCpuSeconds,
      involuntarySwitches: total(trees.map((tree) => tree.involuntarySwitches())),
      anonymousBytes: total(known.map(({ anonymousBytes }) => anonymousBytes)),
      allocations,
      allocatedBytes,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.stop(this.#processes)
    const { files, daprd } = this.host.settings
    await rm(dirname(files.configuration), { recursive: true, force: true })
    const isCopy = daprd !== '' && daprd !== (this.deployment.daprd ?? this.host.found)?.path
    if (isCopy) await rm(dirname(daprd), { recursive: true, force: true })
  }

  #describePrograms(): Promise<Programs> {
    const { found, settings, run } = this.host
    const apps = this.#all.map(({ description }) => description)
    return localPrograms(apps, found && { ...found, file: settings.daprd }, run.caseFolder)
  }

  /** Its own apps, and those that it shares and that have no sidecar of it. */
  get #all(): LocalApp[] {
    const own = new Set(this.#apps.map(({ description }) => description.appName))
    return [...this.host.shared.filter(({ description }) => !own.has(description.appName)), ...this.#apps]
  }

  /** Waits for all of them even if one fails: what starts after the end of the session would be left over. */
  async #startAll(apps: App[]): Promise<void> {
    const attempts = await Promise.allSettled(apps.map((app) => this.#start(app)))
    for (const attempt of attempts) if (attempt.status === 'rejected') throw attempt.reason
  }

  async #start(description: App): Promise<void> {
    const { run, settings, shared, ports } = this.host
    const { appName, daprEnabled } = description
    const onProcess = (process: ManagedProcess) => {
      this.#processes.push(process)
      this.host.onProcess(process)
    }
    const app = shared.find((one) => one.description.appName === appName)
    if (!app) this.#apps.push(await startApp(description, run, settings, onProcess))
    else if (daprEnabled) {
      const own = ports.get(appName) ?? (await reserveSidecarPorts(run.ports))
      ports.set(appName, own)
      this.#apps.push(startSidecar({ ...app, description }, own, settings, run, onProcess))
    }
  }

  /** Always the same one, which knows what was counted before. */
  #treeOf({ pid }: ManagedProcess): ProcessTree {
    const tree = this.#trees.get(pid) ?? new ProcessTree(pid)
    this.#trees.set(pid, tree)
    return tree
  }

  #closedConnections() {
    return closedConnectionsTo(this.#all.map(({ port }) => port))
  }

  #goCounters(): Promise<GoCounters> {
    const withSidecar = this.#apps.filter(({ sidecarPorts }) => sidecarPorts)
    return readGoCounters(
      withSidecar.map(({ description, sidecarPorts }) =>
        description.metricsEnabled ? `http://127.0.0.1:${sidecarPorts?.metrics}` : undefined,
      ),
    )
  }
}
