import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { type Daprd, locateDaprd } from '@dapr-perf/dapr'
import { AppDiedError, endAfter, InputError, VariantError } from '@dapr-perf/errors'
import type { App } from '../../description/app.js'
import type { ReportEvent } from '../../model/event.js'
import { cleanEnvironment } from '../../process/environment.js'
import { ManagedProcess } from '../../process/managed-process.js'
import { Ports } from '../../process/ports.js'
import { RunRecord, runVariable, stopDeadRuns } from '../../process/run-record.js'
import { appsOf, type Deployment, type Session, type SessionOptions } from '../platform.js'
import type { LocalHost, Resource } from '../resource.js'
import { copyProgram } from './copy-program.js'
import type { LocalRun } from './local-app.js'
import { LocalDeployment } from './local-deployment.js'
import type { SidecarPorts } from './sidecar.js'
import { writeSidecarFiles } from './sidecar-files.js'

/** A case on this machine: its processes, their ports, and the record of them. */
export class LocalSession implements Session {
  readonly loadSeconds = 3
  readonly isOnThisMachine = true
  readonly #failure = new AbortController()
  readonly #processes = new Set<ManagedProcess>()
  /** Processes that are being stopped. */
  readonly #stopping = new Set<ManagedProcess>()
  /** Those without a variant. */
  readonly #shared: LocalDeployment[] = []
  readonly #variantPorts = new Map<string, Map<string, SidecarPorts>>()
  readonly #loadAverage = loadavg()
  #closing = false

  private constructor(private readonly run: LocalRun) {}

  static async open({ runId, folder, caseFolder, report }: SessionOptions): Promise<LocalSession> {
    for (const line of stopDeadRuns()) report({ kind: 'note', what: `stopped ${line}` })
    const testerToken = randomBytes(16).toString('hex')
    const record = new RunRecord(runId)
    return new LocalSession({
      record,
      ports: new Ports(),
      logs: join(folder, 'logs'),
      caseFolder,
      testerToken,
    })
  }

  get failure(): AbortSignal {
    return this.#failure.signal
  }

  get testerToken(): string {
    return this.run.testerToken
  }

  /** Our own apps never call their sidecars; an app of one's own may, so that each variant runs it for itself. */
  isShared({ imageName, daprEnabled }: App): boolean {
    return imageName !== undefined || !daprEnabled
  }

  async start(given: Deployment, signal: AbortSignal): Promise<LocalDeployment> {
    const { variant, logs } = given
    const apps = appsOf(given)
    for (const { appName, replicas } of apps) {
      if (replicas > 1)
        throw new InputError(`${appName}: the local platform runs 1 replica of an app, not ${replicas}`)
    }
    const hasSidecars = apps.some(({ daprEnabled }) => daprEnabled)
    const found = hasSidecars && !given.daprd ? await this.#findDaprd(given.report, signal) : undefined
    const { path, sha256 } = given.daprd ?? { path: found?.path }
    const name = variant ?? 'dapr'
    await mkdir(logs, { recursive: true })
    const deployment = new LocalDeployment(given, {
      run: { ...this.run, logs },
      settings: {
        daprd: path
          ? await copyProgram(path, sha256, join(this.run.record.programsFolder, name, 'daprd'))
          : '',
        files: await writeSidecarFiles(join(this.run.record.temporaryFolder, name), given),
        configuration: given.configuration,
      },
      found,
      shared: variant === undefined ? [] : this.#shared.flatMap((one) => one.localApps),
      ports: this.#portsOf(variant),
      loadAverage: this.#loadAverage,
      onProcess: (process) => this.#watch(process, variant),
      stop: (processes) => this.#stop(processes),
    })
    try {
      await deployment.start(signal)
    } catch (error) {
      await endAfter(error, () => deployment[Symbol.asyncDispose]())
    }
    if (variant === undefined) this.#shared.push(deployment)
    return deployment
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

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true
    await Promise.all([...this.#processes].map((process) => process.stop()))
    this.run.ports[Symbol.dispose]()
    this.run.record.remove()
  }

  /** The daprd that is pinned, or that the user names. */
  #findDaprd(report: ReportEvent, signal: AbortSignal): Promise<Daprd> {
    report({ kind: 'step', what: 'looking for daprd' })
    return locateDaprd({
      signal,
      env: { ...process.env, [runVariable]: this.run.record.runId },
      report: (what) => report({ kind: 'step', what }),
    })
  }

  /** Ends processes before the session does. */
  async #stop(processes: ManagedProcess[]): Promise<void> {
    for (const process of processes) this.#stopping.add(process)
    await Promise.all(processes.map((process) => process.stop()))
    for (const process of processes) {
      this.#stopping.delete(process)
      this.#processes.delete(process)
      if (process.exists) this.run.record.removeProcess(process.pid)
    }
  }

  /** Ports of the sidecars of a variant, the same in each block. */
  #portsOf(variant = ''): Map<string, SidecarPorts> {
    const ports = this.#variantPorts.get(variant) ?? new Map()
    this.#variantPorts.set(variant, ports)
    return ports
  }

  /** @param variant that it belongs to, if any */
  #watch(process: ManagedProcess, variant?: string): void {
    this.#processes.add(process)
    process.ended.then((how) => {
      if (this.#closing || this.#stopping.has(process)) return
      const what = `${process.name} ${how}.\n${process.lastLines()}`
      this.#failure.abort(variant ? new VariantError(variant, what) : new AppDiedError(what))
    })
    if (process.exists) this.run.record.addProcess(process.name, process.pid)
  }
}
