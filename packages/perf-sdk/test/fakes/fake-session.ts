import { mkdir, writeFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { AppDiedError, InputError, VariantError } from '@dapr-perf/errors'
import type { App } from '../../src/description/app.js'
import type { Environment } from '../../src/model/environment.js'
import { daprEnvironment } from '../../src/platforms/dapr-environment.js'
import type { Deployment, RunningApp, SessionOptions } from '../../src/platforms/platform.js'
import type { Resource } from '../../src/platforms/resource.js'
import type { RunningVariant, VariantDeployment, VariantSession } from '../../src/platforms/variants.js'
import type { FakePlatform } from './fake-platform.js'

const sidecarOf = (name: string) => `${name}'s sidecar`
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

export class FakeSession implements VariantSession {
  readonly loadSeconds = 3
  readonly isOnThisMachine = true
  readonly testerToken = 'token'
  readonly #failure = new AbortController()
  readonly #started: string[] = []
  readonly #apps: App[] = []
  #deployment: Pick<Deployment, 'components' | 'configuration'> = { components: [], configuration: {} }

  constructor(
    private readonly platform: FakePlatform,
    private readonly options: SessionOptions,
    private readonly listening: { server: Server; url: string },
  ) {}

  get failure(): AbortSignal {
    return this.#failure.signal
  }

  async deploy({ apps, ...deployment }: Deployment, signal: AbortSignal): Promise<RunningApp[]> {
    this.#deployment = deployment
    this.#apps.push(...apps)
    const onDeath = (what: string) => this.#failure.abort(new AppDiedError(what))
    for (const app of apps) await this.#start(app, '', join(this.options.folder, 'logs'), onDeath)
    await this.platform.reach('deploy', signal)
    return apps.map((app) => this.#running(app))
  }

  async use<T>(resource: Resource<T>, signal: AbortSignal): Promise<T> {
    await this.platform.reach('use', signal)
    const startProcess = () => {
      throw new Error('a fake platform starts no process')
    }
    return resource.local({ signal, reservePort: async () => 1, startProcess })
  }

  componentName(name: string): string {
    return name
  }

  async startUsage() {
    const names = this.#apps.flatMap(({ appName }) => [appName, sidecarOf(appName)])
    const cpuOf = (name: string) => this.platform.process(name)?.cpuSeconds ?? 0
    const before = new Map(names.map((name) => [name, cpuOf(name)]))
    const usageOf = (name: string) => ({ cpuSeconds: cpuOf(name) - (before.get(name) ?? 0) })
    return async () =>
      Object.fromEntries(
        this.#apps.map(({ appName, daprEnabled }) => [
          appName,
          { app: usageOf(appName), ...(daprEnabled && { sidecar: usageOf(sidecarOf(appName)) }) },
        ]),
      )
  }

  async restarts(): Promise<number | undefined> {
    await this.platform.reach('restarts')
    return this.platform.options.restarts
  }

  async environment(): Promise<Environment> {
    await this.platform.reach('environment')
    return environmentOf(this.#deployment, '/fake/daprd')
  }

  isShared({ imageName, daprEnabled }: App): boolean {
    return imageName !== undefined || !daprEnabled
  }

  async deployVariant(deployment: VariantDeployment): Promise<RunningVariant> {
    const { name, apps, daprd, logs } = deployment
    const { platform } = this
    await platform.reach(`start ${name}`)
    const prefix = `${name}: `
    const own: string[] = []
    const onDeath = (what: string) => this.#failure.abort(new VariantError(name, what))
    for (const app of apps) own.push(...(await this.#start(app, prefix, logs, onDeath, daprd)))
    return {
      apps: apps.map((app) => this.#running(app, prefix)),
      componentName: (component) => component,
      untilReady: (signal) => {
        for (const { appName } of apps.filter(({ daprEnabled }) => daprEnabled))
          deployment.report({ kind: 'step', what: `waiting for ${sidecarOf(appName)}` })
        return platform.reach(`ready ${name}`, signal)
      },
      environment: async () => {
        await platform.reach(`environment ${name}`)
        return environmentOf(deployment, daprd)
      },
      readCounters: async () => {
        await platform.reach(`counters ${name}`)
        const sidecars = own.filter((one) => one.endsWith(sidecarOf('')))
        const processes = sidecars.flatMap((one) => platform.process(one) ?? [])
        const allocations = 100 * sum(processes.map(({ requests }) => requests))
        const cpuSeconds = sum(processes.map((one) => one.cpuSeconds))
        return { cpuSeconds, cpuSource: 'schedstat', allocations, allocatedBytes: 64 * allocations }
      },
      [Symbol.asyncDispose]: async () => {
        await platform.reach(`end ${name}`)
        for (const one of own) platform.end(one)
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.listening.server.close()
    this.listening.server.closeAllConnections()
    await this.platform.reach('dispose')
    for (const name of this.#started) this.platform.end(name)
  }

  /** Starts an app unless it runs already, and its sidecar. @returns the names of what it started */
  async #start(
    { appName, daprEnabled }: App,
    prefix: string,
    logs: string,
    onDeath: (what: string) => void,
    daprd?: string,
  ): Promise<string[]> {
    await mkdir(logs, { recursive: true })
    await writeFile(join(logs, `${appName}.log`), `${prefix}${appName} started\n`)
    const isShared = prefix !== '' && this.#apps.some((one) => one.appName === appName)
    const started = [
      ...(isShared ? [] : [`${prefix}${appName}`]),
      ...(daprEnabled ? [sidecarOf(`${prefix}${appName}`)] : []),
    ]
    for (const name of started) this.platform.start(name, daprd, onDeath)
    this.#started.push(...started)
    return started
  }

  #running({ appName, daprEnabled, ingressEnabled }: App, prefix = ''): RunningApp {
    const urlOf = (name: string) => `${this.listening.url}/${encodeURIComponent(name)}`
    const isShared = prefix !== '' && this.#apps.some((one) => one.appName === appName)
    const url = urlOf(isShared ? appName : `${prefix}${appName}`)
    const sidecar = urlOf(sidecarOf(`${prefix}${appName}`))
    return {
      name: appName,
      appId: appName,
      url,
      ...(daprEnabled && {
        sidecar: { http: sidecar, grpc: sidecar, acquireExternalURL: async () => sidecar },
      }),
      async acquireExternalURL() {
        if (ingressEnabled) return url
        throw new InputError(`${appName} can't be reached from outside: set ingressEnabled`)
      },
      lastLines: async () => `  ${prefix}${appName} started`,
    }
  }
}

const environmentOf = (deployment: Pick<Deployment, 'components' | 'configuration'>, path: string) => ({
  platform: 'local' as const,
  programs: { daprd: { version: '1.18.2', path }, apps: {} },
  dapr: {
    mtls: false,
    metrics: true,
    nameResolution: 'fake',
    ...daprEnvironment({ apps: [], ...deployment }),
  },
})
