import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { type Daprd, locateDaprd } from '@dapr-perf/dapr'
import { AppDiedError, InputError, VariantError } from '@dapr-perf/errors'
import type { App } from '../../description/app.js'
import { hasMetrics } from '../../description/configuration.js'
import type { Environment, Programs } from '../../model/environment.js'
import type { Usage, UsageByApp } from '../../model/usage.js'
import { closedConnectionsTo } from '../../process/closed-connections.js'
import { cleanEnvironment } from '../../process/environment.js'
import { ManagedProcess } from '../../process/managed-process.js'
import { Ports } from '../../process/ports.js'
import { RunRecord, runVariable, stopDeadRuns } from '../../process/run-record.js'
import { measureUsageOf } from '../../process/usage.js'
import { closeSession } from '../close-session.js'
import { daprEnvironment } from '../dapr-environment.js'
import { givenVariables } from '../given-variables.js'
import type { Deployment, RunningApp, SessionOptions } from '../platform.js'
import type { LocalHost, Resource } from '../resource.js'
import {
  type RunningVariant,
  type VariantDeployment,
  type VariantSession,
  withSidecarVariables,
} from '../variants.js'
import { copyProgram } from './copy-program.js'
import { describeHost } from './host.js'
import { type LocalApp, type LocalRun, runningApp, startApp, untilReady } from './local-app.js'
import { LocalVariant } from './local-variant.js'
import { localPrograms } from './programs.js'
import type { SidecarPorts } from './sidecar.js'
import { localSettings, writeSidecarFiles } from './sidecar-files.js'

/** A case on this machine: its processes, their ports, and the record of them. */
export class LocalSession implements VariantSession {
  readonly loadSeconds = 3
  readonly isOnThisMachine = true
  readonly #failure = new AbortController()
  readonly #processes: ManagedProcess[] = []
  readonly #apps: LocalApp[] = []
  readonly #variantPorts = new Map<string, Map<string, SidecarPorts>>()
  /** Processes that are being stopped. */
  readonly #stopping = new Set<ManagedProcess>()
  readonly #loadAverage = loadavg()
  #deployment: Pick<Deployment, 'components' | 'configuration'> = { components: [], configuration: {} }
  #programs: Programs = { apps: {} }
  #copiedDaprd: Promise<string> | undefined
  #closing = false

  private constructor(
    private readonly run: LocalRun,
    /** Of all sidecars but those of variants. */
    private readonly daprd: Daprd | undefined,
  ) {}

  static open(options: SessionOptions, signal: AbortSignal): Promise<LocalSession> {
    return LocalSession.#open(options, () => findDaprd(options, signal))
  }

  /** Opens a session in which only variants have sidecars. */
  static openForVariants(options: SessionOptions): Promise<LocalSession> {
    return LocalSession.#open(options, async () => undefined)
  }

  static async #open(
    { runId, folder, caseFolder, report }: SessionOptions,
    daprdOf: () => Promise<Daprd | undefined>,
  ): Promise<LocalSession> {
    for (const line of stopDeadRuns()) report({ kind: 'note', what: `stopped ${line}` })
    const record = new RunRecord(runId)
    try {
      const daprd = await daprdOf()
      const testerToken = randomBytes(16).toString('hex')
      const run = { record, ports: new Ports(), logs: join(folder, 'logs'), caseFolder, testerToken }
      return new LocalSession(run, daprd)
    } catch (error) {
      await closeSession({ [Symbol.asyncDispose]: async () => record.remove() }, report)
      throw error
    }
  }

  get failure(): AbortSignal {
    return this.#failure.signal
  }

  get testerToken(): string {
    return this.run.testerToken
  }

  async deploy({ apps, components, configuration }: Deployment, signal: AbortSignal): Promise<RunningApp[]> {
    for (const { appName, replicas } of apps) {
      if (replicas > 1)
        throw new InputError(`${appName}: the local platform runs 1 replica of an app, not ${replicas}`)
    }
    this.#deployment = { components, configuration }
    const files = await writeSidecarFiles(this.#filesFolder('dapr'), { components, configuration })
    const daprd = await this.#daprdFile()
    const settings = { daprd, files, configuration, logs: this.run.logs }
    // Waits for all of them even if one fails: what starts after the end of the session would be left over.
    const attempts = await Promise.allSettled(
      apps.map(async (description) => {
        const app = await startApp(description, this.run, settings, (process) => this.#watch(process))
        this.#apps.push(app)
        return app
      }),
    )
    const started = attempts.map((attempt) => {
      if (attempt.status === 'rejected') throw attempt.reason
      return attempt.value
    })
    const [programs] = await Promise.all([
      localPrograms(
        this.#apps.map(({ description }) => description),
        this.daprd && { ...this.daprd, file: daprd },
        this.run.caseFolder,
      ),
      ...started.map((app) => untilReady(app, signal)),
    ])
    this.#programs = programs
    return started.map(runningApp)
  }

  /** Our own apps never call their sidecars; an app of one's own may, so that each variant runs it for itself. */
  isShared({ imageName, daprEnabled }: App): boolean {
    return imageName !== undefined || !daprEnabled
  }

  async deployVariant(given: VariantDeployment): Promise<RunningVariant> {
    const { name, logs, env } = given
    const deployment = { ...given, apps: withSidecarVariables(given.apps, env) }
    await mkdir(logs, { recursive: true })
    const files = await writeSidecarFiles(this.#filesFolder(name), deployment)
    const daprd = await copyProgram(deployment.daprd, deployment.daprdSha256, this.#programFile(name))
    const variant = new LocalVariant(deployment, {
      run: { ...this.run, logs },
      settings: { ...deployment, daprd, files },
      shared: this.#apps,
      ports: this.#portsOf(name),
      onProcess: (process) => this.#watch(process, name),
      stop: (processes) => this.#stop(processes),
      environment: (of) => this.#environmentOf(of),
    })
    try {
      await variant.start()
      return variant
    } catch (error) {
      await variant[Symbol.asyncDispose]()
      throw error
    }
  }

  use<T>(resource: Resource<T>, signal: AbortSignal): Promise<T> {
    const { record, ports, logs } = this.run
    const host: LocalHost = {
      signal,
      reservePort: () => ports.reserve(),
      startProcess: (options) => {
        // redis-server does not start in a language that is not installed.
        const env = { ...cleanEnvironment(record.runId), LC_ALL: 'C' }
        const started = ManagedProcess.start({ ...options, env, logFile: join(logs, `${options.name}.log`) })
        if (started.exists) this.#watch(started)
        return started
      },
    }
    return resource.local(host)
  }

  componentName(name: string): string {
    return name
  }

  async startUsage(): Promise<() => Promise<UsageByApp>> {
    const closedBefore = this.#closedConnections()
    const stop = await measureUsageOf(this.#processes.map((process) => process.pid))
    return async () => {
      const usage = await stop()
      const closed = this.#closedConnections()
      const closedSince = (port: number) => {
        const [before, now] = [closedBefore?.get(port), closed?.get(port)]
        return before === undefined || now === undefined
          ? {}
          : { closedConnections: Math.max(0, now - before) }
      }
      const usageOf = (process: ManagedProcess) =>
        usage.get(process.pid) ?? ({ cpuSeconds: 0 } satisfies Usage)
      const usageOfApp = ({ port, processes: [app, sidecar] }: LocalApp) => ({
        app: { ...usageOf(app), ...closedSince(port) },
        ...(sidecar && { sidecar: usageOf(sidecar) }),
      })
      return Object.fromEntries(this.#apps.map((app) => [app.description.appName, usageOfApp(app)]))
    }
  }

  #closedConnections() {
    return closedConnectionsTo(this.#apps.map(({ port }) => port))
  }

  async restarts(): Promise<undefined> {
    return undefined
  }

  environment(): Promise<Environment> {
    return this.#environmentOf({
      ...this.#deployment,
      apps: this.#apps.map(({ description }) => description),
    })
  }

  async #environmentOf(deployment: Deployment): Promise<Environment> {
    return {
      platform: 'local',
      programs: { ...this.#programs, apps: this.#programsOf(deployment.apps) },
      host: describeHost(this.#loadAverage),
      dapr: {
        ...localSettings,
        ...daprEnvironment(deployment),
        metrics:
          hasMetrics(deployment.configuration) &&
          deployment.apps.every(({ metricsEnabled }) => metricsEnabled),
      },
    }
  }

  /** Of all apps, with what a variant's sidecars are given. */
  #programsOf(apps: App[]): Programs['apps'] {
    const given = apps.map((app) => [
      app.appName,
      { ...this.#programs.apps[app.appName], ...givenVariables(app) },
    ])
    return { ...this.#programs.apps, ...Object.fromEntries(given) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true
    await Promise.all(this.#processes.map((process) => process.stop()))
    this.run.ports[Symbol.dispose]()
    this.run.record.remove()
  }

  /** Ends processes before the session does. */
  async #stop(processes: ManagedProcess[]): Promise<void> {
    for (const process of processes) this.#stopping.add(process)
    await Promise.all(processes.map((process) => process.stop()))
    for (const process of processes) {
      this.#stopping.delete(process)
      this.#processes.splice(this.#processes.indexOf(process), 1)
      if (process.exists) this.run.record.removeProcess(process.pid)
    }
  }

  /** Ports of the sidecars of a variant, the same in each block. */
  #portsOf(variant: string): Map<string, SidecarPorts> {
    const ports = this.#variantPorts.get(variant) ?? new Map()
    this.#variantPorts.set(variant, ports)
    return ports
  }

  /** The file from which all sidecars but those of variants run. */
  #daprdFile(): Promise<string> {
    const path = this.daprd?.path
    this.#copiedDaprd ??= path ? copyProgram(path, undefined, this.#programFile('dapr')) : Promise.resolve('')
    return this.#copiedDaprd
  }

  #programFile(name: string): string {
    return join(this.run.record.programsFolder, name, 'daprd')
  }

  #filesFolder(name: string): string {
    return join(this.run.record.temporaryFolder, name)
  }

  /** @param variant that it belongs to, if any */
  #watch(process: ManagedProcess, variant?: string): void {
    this.#processes.push(process)
    process.ended.then((how) => {
      if (this.#closing || this.#stopping.has(process)) return
      const what = `${process.name} ${how}.\n${process.lastLines()}`
      this.#failure.abort(variant ? new VariantError(variant, what) : new AppDiedError(what))
    })
    if (process.exists) this.run.record.addProcess(process.name, process.pid)
  }
}

async function findDaprd({ runId, report }: SessionOptions, signal: AbortSignal): Promise<Daprd> {
  report({ kind: 'step', what: 'looking for daprd' })
  return locateDaprd({
    signal,
    env: { ...process.env, [runVariable]: runId },
    report: (what) => report({ kind: 'step', what }),
  })
}
