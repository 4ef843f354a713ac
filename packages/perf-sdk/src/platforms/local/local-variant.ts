import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { App } from '../../description/app.js'
import type { Environment } from '../../model/environment.js'
import { cpuNanosecondsOf, involuntarySwitchesOf } from '../../process/counters.js'
import type { ManagedProcess } from '../../process/managed-process.js'
import { sampleOf } from '../../process/usage.js'
import { type GoCounters, readGoCounters, total } from '../go-metrics.js'
import type { RunningApp } from '../platform.js'
import type { RunningVariant, SidecarCounters, VariantDeployment } from '../variants.js'
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
import type { SidecarPorts } from './sidecar.js'

/** What a variant has from its session. */
export interface VariantHost {
  run: LocalRun
  settings: SidecarSettings
  /** The apps that all variants share. */
  shared: LocalApp[]
  /** The ports of its sidecars, by app, which it fills. */
  ports: Map<string, SidecarPorts>
  onProcess: OnProcess
  stop(processes: ManagedProcess[]): Promise<void>
  environment(deployment: VariantDeployment): Promise<Environment>
}

/** A variant on this machine. */
export class LocalVariant implements RunningVariant {
  readonly #processes: ManagedProcess[] = []
  #apps: LocalApp[] = []

  constructor(
    private readonly deployment: VariantDeployment,
    private readonly host: VariantHost,
  ) {}

  async start(): Promise<void> {
    const attempts = await Promise.allSettled(this.deployment.apps.map((app) => this.#start(app)))
    for (const attempt of attempts) if (attempt.status === 'rejected') throw attempt.reason
  }

  async untilReady(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#apps.map((app) => untilReady(app, signal, this.deployment.report)))
  }

  get apps(): RunningApp[] {
    return this.#apps.map(runningApp)
  }

  componentName(name: string): string {
    return name
  }

  environment(): Promise<Environment> {
    return this.host.environment(this.deployment)
  }

  async readCounters(): Promise<SidecarCounters> {
    const pids = this.#sidecars.map(({ pid }) => pid)
    // The metrics first: to read them costs the sidecars some CPU time.
    const { cpuSeconds: ownCpuSeconds, allocations, allocatedBytes } = await this.#goCounters()
    const times = pids.map(cpuNanosecondsOf)
    const samples = await Promise.all(pids.map(sampleOf))
    const isPrecise = times.every((time) => time !== undefined)
    return {
      cpuSeconds: isPrecise
        ? (total(times) as number) / 1e9
        : (total(samples.map((one) => one?.cpuSeconds ?? 0)) as number),
      cpuSource: isPrecise ? 'schedstat' : process.platform === 'linux' ? 'stat' : 'ps',
      ownCpuSeconds,
      involuntarySwitches: total(pids.map(involuntarySwitchesOf)),
      anonymousBytes: total(samples.map((one) => one?.anonymousBytes)),
      allocations,
      allocatedBytes,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.stop(this.#processes)
    const { files, daprd } = this.host.settings
    await rm(dirname(files.configuration), { recursive: true, force: true })
    if (daprd !== this.deployment.daprd) await rm(dirname(daprd), { recursive: true, force: true })
  }

  get #sidecars(): ManagedProcess[] {
    return this.#apps.flatMap(({ processes: [, sidecar] }) => sidecar ?? [])
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
    else if (!daprEnabled) this.#apps.push(app)
    else {
      const own = ports.get(appName) ?? (await reserveSidecarPorts(run.ports))
      ports.set(appName, own)
      this.#apps.push(startSidecar({ ...app, description }, own, settings, run, onProcess))
    }
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
