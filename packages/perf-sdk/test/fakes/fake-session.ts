import { mkdir, writeFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { AppDiedError, InputError, VariantError } from '@dapr-perf/errors'
import type { App } from '../../src/description/app.js'
import { attributed } from '../../src/platforms/attributed.js'
import { daprEnvironment } from '../../src/platforms/dapr-environment.js'
import {
  appsOf,
  type Deployment,
  type RunningApp,
  type RunningDeployment,
  type Session,
  type SessionOptions,
} from '../../src/platforms/platform.js'
import type { Resource } from '../../src/platforms/resource.js'
import type { FakePlatform } from './fake-platform.js'

const sidecarOf = (name: string) => `${name}'s sidecar`
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

export class FakeSession implements Session {
  readonly loadSeconds = 3
  readonly isOnThisMachine = true
  readonly testerToken = 'token'
  readonly #failure = new AbortController()
  readonly #started: string[] = []
  /** Of the deployments without a variant. */
  readonly #shared: App[] = []

  constructor(
    private readonly platform: FakePlatform,
    private readonly options: SessionOptions,
    private readonly listening: { server: Server; url: string },
  ) {}

  get failure(): AbortSignal {
    return this.#failure.signal
  }

  async use<T>(resource: Resource<T>, signal: AbortSignal): Promise<T> {
    await this.platform.reach('use', signal)
    const startProcess = () => {
      throw new Error('a fake platform starts no process')
    }
    return resource.local({ signal, reservePort: async () => 1, startProcess })
  }

  isShared({ imageName, daprEnabled }: App): boolean {
    return imageName !== undefined || !daprEnabled
  }

  async start(deployment: Deployment, signal: AbortSignal): Promise<RunningDeployment> {
    const { variant, report } = deployment
    const { platform } = this
    const point = (name: string) => (variant === undefined ? name : `${name} ${variant}`)
    await platform.reach(point('start'), signal)
    const apps = appsOf(deployment)
    const prefix = variant === undefined ? '' : `${variant}: `
    const onDeath = (what: string) =>
      this.#failure.abort(variant === undefined ? new AppDiedError(what) : new VariantError(variant, what))
    const own: string[] = []
    for (const app of deployment.initApps) own.push(...(await this.#start(app, prefix, deployment, onDeath)))
    if (deployment.initApps.length > 0)
      await attributed(variant, () => platform.reach(point('ready'), signal))
    for (const app of deployment.apps) own.push(...(await this.#start(app, prefix, deployment, onDeath)))
    if (variant === undefined) this.#shared.push(...apps)
    const shared = this.#shared.filter(({ appName }) => !apps.some((app) => app.appName === appName))
    const daprd = deployment.daprd?.path ?? '/fake/daprd'
    const sidecars = own.filter((one) => one.endsWith(sidecarOf('')))
    return {
      apps: [
        ...(variant === undefined ? [] : shared.map((app) => this.#running(app))),
        ...apps.map((app) => this.#running(app, prefix)),
      ],
      componentName: (component) => component,
      untilReady: (waiting) => {
        for (const { appName } of apps.filter(({ daprEnabled }) => daprEnabled))
          report({ kind: 'step', what: `waiting for ${sidecarOf(appName)}` })
        return platform.reach(point('ready'), waiting)
      },
      environment: async () => {
        await platform.reach(point('environment'))
        return environmentOf(deployment, daprd)
      },
      startUsage: async () => this.#startUsage(prefix, [...shared, ...apps]),
      restarts: async () => {
        await platform.reach('restarts')
        return platform.options.restarts
      },
      readCounters: async () => {
        await platform.reach(point('counters'))
        const processes = sidecars.flatMap((one) => platform.process(one) ?? [])
        const allocations = 100 * sum(processes.map(({ requests }) => requests))
        const cpuSeconds = sum(processes.map((one) => one.cpuSeconds))
        return { cpuSeconds, cpuSource: 'schedstat', allocations, allocatedBytes: 64 * allocations }
      },
      [Symbol.asyncDispose]: async () => {
        await platform.reach(point('end'))
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

  #startUsage(prefix: string, apps: App[]) {
    const cpuOf = (name: string) => this.platform.process(name)?.cpuSeconds ?? 0
    const namesOf = ({ appName }: App) => [this.#nameOf(appName, prefix), sidecarOf(`${prefix}${appName}`)]
    const before = new Map(apps.flatMap(namesOf).map((name) => [name, cpuOf(name)]))
    const usageOf = (name: string) => ({
      cpuSeconds: cpuOf(name) - (before.get(name) ?? 0),
      cpuSource: 'schedstat' as const,
    })
    return async () =>
      Object.fromEntries(
        apps.map((app) => {
          const [own = '', sidecar = ''] = namesOf(app)
          const used = { app: usageOf(own), ...(app.daprEnabled && { sidecar: usageOf(sidecar) }) }
          return [app.appName, used]
        }),
      )
  }

  /** Starts an app unless it runs already, and its sidecar. @returns the names of what it started */
  async #start(
    { appName, daprEnabled }: App,
    prefix: string,
    { logs, daprd }: Deployment,
    onDeath: (what: string) => void,
  ): Promise<string[]> {
    await mkdir(logs, { recursive: true })
    await writeFile(join(logs, `${appName}.log`), `${prefix}${appName} started\n`)
    const own = this.#nameOf(appName, prefix)
    const started = [
      ...(own === appName && prefix !== '' ? [] : [own]),
      ...(daprEnabled ? [sidecarOf(`${prefix}${appName}`)] : []),
    ]
    for (const name of started) this.platform.start(name, daprd?.path, onDeath)
    this.#started.push(...started)
    return started
  }

  /** Of the process: that of a shared app has no prefix. */
  #nameOf(appName: string, prefix: string): string {
    const isShared = prefix !== '' && this.#shared.some((one) => one.appName === appName)
    return isShared ? appName : `${prefix}${appName}`
  }

  #running({ appName, daprEnabled, ingressEnabled }: App, prefix = ''): RunningApp {
    const urlOf = (name: string) => `${this.listening.url}/${encodeURIComponent(name)}`
    const url = urlOf(this.#nameOf(appName, prefix))
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
    ...daprEnvironment({ ...deployment, apps: [] }),
  },
})
