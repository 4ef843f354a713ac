import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { AppDiedError, DaprPerfError, InputError } from '../../errors.js'
import type { ManagedProcess } from '../../process/managed-process.js'
import { RunRecord, removeLeftovers, runVariable } from '../../process/run-record.js'
import { measureUsageOf } from '../../process/usage.js'
import type { App, Component } from '../descriptions.js'
import type { Environment, Platform, PlatformOptions, Usage, UsageByApp } from '../platform.js'
import { daprSettings, writeComponent, writeConfiguration } from './dapr-files.js'
import { type Daprd, locateDaprd } from './daprd/locate.js'
import { type LocalApp, type LocalRun, lastLinesOf, startApp, untilReady } from './local-app.js'
import { namedRedis, startRedis } from './redis.js'

const sidecarHttpPort = '3500'
const sidecarGrpcPort = '50001'

const hasMetrics = ({ description }: LocalApp) => description.metricsEnabled

/** This machine's loopback: each app is a process beside a daprd of its own. */
export class LocalPlatform implements Platform {
  readonly testerToken = randomBytes(16).toString('hex')
  readonly #options: PlatformOptions
  readonly #failure = new AbortController()
  readonly #processes: ManagedProcess[] = []
  readonly #apps = new Map<string, LocalApp>()
  #record: RunRecord | undefined
  #daprd: Daprd | undefined
  #loadAverage: number[] = []
  #tearingDown = false

  constructor(options: PlatformOptions) {
    this.#options = options
  }

  get failure(): AbortSignal {
    return this.#failure.signal
  }

  async setup(signal: AbortSignal): Promise<void> {
    const { runId, report } = this.#options
    this.#loadAverage = loadavg()
    for (const line of removeLeftovers())
      report({ kind: 'note', what: `ended ${line}, which had been killed` })
    this.#record = new RunRecord(runId)
    report({ kind: 'step', what: 'looking for daprd' })
    this.#daprd = await locateDaprd({
      signal,
      env: { ...process.env, [runVariable]: runId },
      report: (what) => report({ kind: 'step', what }),
    })
    await mkdir(this.#files.components, { recursive: true })
    await writeConfiguration(this.#files.configuration, this.#nameResolutionFile)
  }

  async addComponents(components: Component[]): Promise<void> {
    await Promise.all(components.map((component) => writeComponent(this.#files.components, component)))
  }

  async addApps(apps: App[], signal: AbortSignal): Promise<void> {
    const run = this.#run()
    for (const { appName, replicas } of apps) {
      if (replicas > 1)
        throw new InputError(`${appName}: one machine runs 1 replica of an app, not ${replicas}`)
      if (this.#apps.has(appName)) throw new InputError(`${appName}: there are two apps of that name`)
    }
    // All of them, also when one fails: what starts after teardown would be left over.
    const attempts = await Promise.allSettled(
      apps.map(async (description) => {
        const app = await startApp(description, run, (process) => this.#watch(process, run.record))
        this.#apps.set(description.appName, app)
        return app
      }),
    )
    const started = attempts.map((attempt) => {
      if (attempt.status === 'rejected') throw attempt.reason
      return attempt.value
    })
    await Promise.all(started.map((app) => untilReady(app, signal)))
  }

  async acquireAppExternalURL(appName: string): Promise<string> {
    const app = this.#app(appName)
    if (!app.description.ingressEnabled)
      throw new InputError(`${appName} can't be reached: set ingressEnabled`)
    return `http://127.0.0.1:${app.port}`
  }

  resolveURL(url: string, from: string): string {
    const parsed = new URL(url)
    const { hostname, port, protocol } = parsed
    if (protocol === 'redis:') return url
    const sidecar = this.#app(from).sidecarPorts
    const app = this.#apps.get(hostname)
    if (app && port === String(app.description.appPort)) parsed.host = `127.0.0.1:${app.port}`
    else if (hostname === '127.0.0.1' && port === sidecarHttpPort && sidecar)
      parsed.port = String(sidecar.http)
    else if (hostname === '127.0.0.1' && port === sidecarGrpcPort && sidecar)
      parsed.port = String(sidecar.grpc)
    else {
      throw new InputError(
        `${url}: neither an app of this test with its port, nor ${from}'s sidecar (127.0.0.1:${sidecarHttpPort} or :${sidecarGrpcPort})`,
      )
    }
    return parsed.href
  }

  appId(appName: string): string {
    return appName
  }

  componentName(name: string): string {
    return name
  }

  async acquireSidecarURL(appName: string, port: 'http' | 'metrics'): Promise<string> {
    const { sidecarPorts } = this.#app(appName)
    if (!sidecarPorts) throw new InputError(`${appName} has no sidecar: set daprEnabled`)
    return `http://127.0.0.1:${sidecarPorts[port]}`
  }

  async acquireRedis(signal: AbortSignal): Promise<string> {
    const { record, logs } = this.#run()
    const named = await namedRedis(signal)
    return named ?? startRedis({ record, logs, signal, onProcess: (redis) => this.#watch(redis, record) })
  }

  async describeApp(url: string): Promise<string> {
    const port = Number(new URL(url).port)
    const app = [...this.#apps.values()].find((candidate) => candidate.port === port)
    return app ? lastLinesOf(app) : ''
  }

  async measureUsage(): Promise<() => Promise<UsageByApp>> {
    const end = await measureUsageOf(this.#processes.map((process) => process.pid))
    return async () => {
      const usage = await end()
      const usageOf = (process: ManagedProcess) =>
        usage.get(process.pid) ?? ({ cpuSeconds: 0, peakMemoryBytes: 0 } satisfies Usage)
      const usageOfApp = ({ processes: [app, sidecar] }: LocalApp) => ({
        app: usageOf(app),
        ...(sidecar && { sidecar: usageOf(sidecar) }),
      })
      return Object.fromEntries([...this.#apps].map(([name, app]) => [name, usageOfApp(app)]))
    }
  }

  /** Nothing is started again here: what dies ends the run. */
  async restarts(): Promise<number> {
    return 0
  }

  async environment(): Promise<Environment> {
    return {
      platform: 'local',
      versions: {
        daprd: (this.#daprd as Daprd).version,
        node: process.versions.node,
      },
      host: {
        os: `${type()} ${release()}`,
        cpuModel: cpus()[0]?.model ?? 'unknown',
        cores: cpus().length,
        memoryBytes: totalmem(),
        loadAverage: this.#loadAverage,
      },
      dapr: { ...daprSettings, metrics: [...this.#apps.values()].every(hasMetrics) },
    }
  }

  async tearDown(): Promise<void> {
    this.#tearingDown = true
    await Promise.all(this.#processes.map((process) => process.stop()))
    for (const suffix of ['', '-shm', '-wal']) await rm(this.#nameResolutionFile + suffix, { force: true })
    this.#record?.remove()
  }

  get #files() {
    const folder = join(this.#options.folder, 'dapr')
    return { configuration: join(folder, 'configuration.yaml'), components: join(folder, 'components') }
  }

  get #nameResolutionFile() {
    return join(this.#options.folder, 'dapr', 'names.db')
  }

  #run(): LocalRun {
    if (!this.#record || !this.#daprd) throw new DaprPerfError('the platform is not set up yet')
    return {
      record: this.#record,
      logs: join(this.#options.folder, 'logs'),
      daprd: this.#daprd.path,
      files: this.#files,
      testerToken: this.testerToken,
    }
  }

  #app(name: string): LocalApp {
    const app = this.#apps.get(name)
    if (!app)
      throw new InputError(`this test has no app ${name}: it has ${[...this.#apps.keys()].join(', ')}`)
    return app
  }

  #watch(process: ManagedProcess, record: RunRecord): void {
    this.#processes.push(process)
    process.ended.then((how) => {
      if (this.#tearingDown) return
      this.#failure.abort(new AppDiedError(`${process.name} ${how}.\n${process.lastLines()}`))
    })
    if (process.exists) record.addProcess(process.name, process.pid)
  }
}
