import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppDiedError, InputError, VariantError } from '@dapr-perf/errors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AppDescription, appDescription } from '../src/description/app.js'
import { componentDescription } from '../src/description/component.js'
import { defaultConfiguration } from '../src/description/configuration.js'
import { cpuSources } from '../src/model/usage.js'
import type {
  Deployment,
  Platform,
  RunningApp,
  RunningDeployment,
  Session,
  SessionOptions,
} from '../src/platforms/platform.js'
import type { Resource } from '../src/platforms/resource.js'

interface ContractOptions {
  platform(): Promise<Platform>
  /**
   * Both apps have sidecars, and answer GET / with a success. Variants share the first one, which can be reached from
   * outside; the second one can't.
   */
  apps: [AppDescription, AppDescription]
  /** Where the pinned daprd is, for a variant. */
  daprd(): Promise<string>
  /** The working folder of apps. */
  caseFolder?: string
  /** Of starting or ending what a test needs, in ms. */
  timeout?: number
}

const signal = new AbortController().signal

/**
 * What every platform does, in as few sessions as show it: the tests of each follow one another, and the last of them ends
 * it.
 */
export function describePlatform(name: string, options: ContractOptions): void {
  const { platform, daprd, caseFolder = import.meta.dirname, timeout = 20_000 } = options
  const apps = options.apps.map((app) => appDescription.parse({ ...app, daprEnabled: true }))
  const [outer, inner] = apps.map(({ appName }) => appName) as [string, string]
  const deployment: Omit<Deployment, 'logs' | 'report'> = {
    initApps: [],
    apps,
    components: [
      componentDescription.parse({ name: 'store', typeName: 'state.in-memory', scopes: [outer, inner] }),
    ],
    configuration: defaultConfiguration,
  }
  const newSession = (): SessionOptions => {
    const folder = mkdtempSync(join(tmpdir(), 'dapr-perf-contract-'))
    mkdirSync(join(folder, 'logs'))
    const runId = `contract-${Math.random().toString(36).slice(2, 8)}`
    return { runId, folder, caseFolder, report: () => {} }
  }

  describe(`${name}: a session`, () => {
    const opened = newSession()
    let session: Session
    let deployed: RunningDeployment
    const app = (appName: string) => deployed.apps.find((one) => one.name === appName) as RunningApp
    let urls: string[] = []

    beforeAll(async () => {
      session = await (await platform()).open(opened, signal)
      const { folder, report } = opened
      deployed = await session.start({ ...deployment, logs: join(folder, 'logs'), report }, signal)
      await deployed.untilReady(signal)
    }, timeout)
    afterAll(async () => {
      await session?.[Symbol.asyncDispose]()
      rmSync(opened.folder, { recursive: true })
    }, timeout)

    it('gives the apps by their names in the case, which are part of their Dapr app ids', () => {
      const running = deployed.apps
      expect(running.map((one) => one.name)).toEqual([outer, inner])
      for (const one of running) expect(one.appId).toContain(one.name)
      expect(new Set(running.map(({ url }) => url)).size).toBe(2)
    })

    it('gives apps and sidecars that are ready, reached by URL', async () => {
      urls = [
        await app(outer).acquireExternalURL(),
        ...(await Promise.all(deployed.apps.map((one) => sidecarUrl(one)))),
      ]
      expect(new Set(urls).size).toBe(3)
      expect(await answers(`${urls[0]}/`)).toBe(true)
      for (const url of urls.slice(1)) expect(await answers(`${url}/v1.0/healthz`)).toBe(true)
    })

    it('refuses to reach an app without ingressEnabled from outside', async () => {
      const error = await app(inner)
        .acquireExternalURL()
        .catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(InputError)
      expect((error as Error).message).toMatch(new RegExp(`^${inner} .*ingressEnabled`))
    })

    it('has a name for a component, always the same', () => {
      expect(deployed.componentName('store')).toContain('store')
      expect(deployed.componentName('store')).toBe(deployed.componentName('store'))
      expect(deployed.componentName('other')).not.toBe(deployed.componentName('store'))
    })

    it('provides a resource by the one way of this platform, with the signal', async () => {
      const provided: AbortSignal[] = []
      const provide = async (host: { signal: AbortSignal }) => provided.push(host.signal)
      const resource: Resource<number> = { name: 'resource', local: provide, kubernetes: provide }
      expect(await session.use(resource, signal)).toBe(1)
      expect(provided).toEqual([signal])
    })

    it('passes on why a resource can not be provided', async () => {
      const refuse = () => Promise.reject(new InputError('no resource'))
      const resource = { name: 'resource', local: refuse, kubernetes: refuse }
      await expect(session.use(resource, signal)).rejects.toThrow('no resource')
    })

    it('knows what its figures depend on', async () => {
      const { platform: where, programs, dapr } = await deployed.environment()
      expect(where).toBe((await platform()).name)
      expect(programs.daprd?.version).toMatch(/^\d+\.\d+/)
      expect(dapr).toMatchObject({ metrics: true, tracing: false, apiLogging: false })
      expect(dapr.components).toMatchObject([{ type: 'state.in-memory' }])
    })

    it(
      'tells what apps and sidecars have used since it was asked to measure',
      async () => {
        const stop = await deployed.startUsage()
        await request(`${urls[0]}/`)
        const usage = await stop()
        expect(Object.keys(usage).sort()).toEqual([outer, inner].sort())
        expect(usage[outer]?.app.cpuSeconds).toBeGreaterThan(0)
        expect(usage[outer]?.app.cpuSource).toBeOneOf([...cpuSources])
        for (const { sidecar } of Object.values(usage)) expect(sidecar?.cpuSeconds).toBeGreaterThanOrEqual(0)
      },
      timeout,
    )

    it('counts no restart, if it counts any', async () => {
      expect(await deployed.restarts()).toBeOneOf([0, undefined])
    })

    it('writes the logs of each app', () => {
      const logs = readdirSync(join(opened.folder, 'logs'))
      for (const one of [outer, inner]) expect(logs.some((file) => file.startsWith(one))).toBe(true)
    })

    it(
      'fails as soon as something ends by itself, with an error that names it',
      async () => {
        expect(session.failure.aborted).toBe(false)
        const error = await failureOf(session, () => shutDown(app(inner)))
        expect(error).toBeInstanceOf(AppDiedError)
        expect(error.message).toContain(inner)
      },
      timeout,
    )

    it(
      'ends everything when it is disposed of, after a failure, too',
      async () => {
        await session[Symbol.asyncDispose]()
        for (const url of urls) expect(await answers(`${url}/`)).toBe(undefined)
      },
      timeout,
    )
  })

  describe(`${name}: variants`, () => {
    const opened = newSession()
    let session: Session
    let variants: Record<'a' | 'b', RunningDeployment>
    let urls: Record<'a' | 'b', string[]>
    const waitedFor: string[] = []

    beforeAll(async () => {
      session = await (await platform()).open(opened, signal)
      const shared = deployment.apps.filter((app) => session.isShared(app))
      const withoutSidecars = shared.map((app) => ({ ...app, daprEnabled: false }))
      const ofShared = { initApps: [], apps: withoutSidecars, components: [], configuration: {} }
      const logs = join(opened.folder, 'logs')
      const sharedOnes = await session.start({ ...ofShared, logs, report: opened.report }, signal)
      await sharedOnes.untilReady(signal)
      const start = async (variant: string) =>
        session.start(
          {
            ...deployment,
            variant,
            daprd: { path: await daprd() },
            logs: join(logs, variant),
            report: (event) => void (event.kind === 'step' && waitedFor.push(event.what)),
          },
          signal,
        )
      const [a, b] = [await start('a'), await start('b')]
      variants = { a, b }
      await Promise.all([a, b].map((variant) => variant.untilReady(signal)))
    }, timeout)
    afterAll(async () => {
      await session?.[Symbol.asyncDispose]()
      rmSync(opened.folder, { recursive: true })
    }, timeout)

    it('say what they wait for', () => {
      for (const appName of [outer, inner])
        expect(waitedFor.join('\n')).toMatch(new RegExp(`^waiting for .*${appName}`, 'm'))
    })

    it('have the same apps, each with sidecars of its own', async () => {
      const { a, b } = variants
      for (const variant of [a, b])
        expect(variant.apps.map((app) => app.name).sort()).toEqual([outer, inner].sort())
      urls = { a: await sidecarUrls(a), b: await sidecarUrls(b) }
      expect(new Set([...urls.a, ...urls.b]).size).toBe(4)
      for (const url of [...urls.a, ...urls.b]) expect(await answers(`${url}/v1.0/healthz`)).toBe(true)
    })

    it('know what they run in', async () => {
      for (const variant of Object.values(variants)) {
        const { platform: where, programs, dapr } = await variant.environment()
        expect(where).toBe((await platform()).name)
        expect(dapr.components).toMatchObject([{ type: 'state.in-memory' }])
        if (programs.daprd) expect(Object.values(programs.daprd)).toContain(await daprd())
      }
    })

    it('count what their own sidecars use, and not what those of the other do', async () => {
      const { a, b } = variants
      const before = { a: await a.readCounters(), b: await b.readCounters() }
      await request(`${urls.a[0]}/v1.0/healthz`)
      const after = { a: await a.readCounters(), b: await b.readCounters() }
      const grown = (name: 'a' | 'b') =>
        (after[name].allocations as number) - (before[name].allocations as number)
      expect(grown('a')).toBeGreaterThan(2 * grown('b'))
      expect(after.a.cpuSeconds).toBeGreaterThanOrEqual(before.a.cpuSeconds)
    })

    it(
      'end one by one, and leave the others running',
      async () => {
        await variants.a[Symbol.asyncDispose]()
        for (const url of urls.a) expect(await answers(`${url}/v1.0/healthz`)).toBe(undefined)
        for (const url of urls.b) expect(await answers(`${url}/v1.0/healthz`)).toBe(true)
        expect(session.failure.aborted).toBe(false)
      },
      timeout,
    )

    it(
      'fail with an error that names the variant when something of it ends by itself',
      async () => {
        const [app] = variants.b.apps as [RunningApp]
        const error = (await failureOf(session, () => shutDown(app))) as VariantError
        expect(error).toBeInstanceOf(VariantError)
        expect(error.variant).toBe('b')
        expect(error.message).toContain(app.name)
      },
      timeout,
    )

    it(
      'end with the session, after a failure, too',
      async () => {
        await session[Symbol.asyncDispose]()
        for (const url of urls.b) expect(await answers(`${url}/v1.0/healthz`)).toBe(undefined)
      },
      timeout,
    )
  })
}

const sidecarUrl = ({ sidecar }: RunningApp) =>
  (sidecar as NonNullable<typeof sidecar>).acquireExternalURL('http')

const sidecarUrls = ({ apps }: RunningDeployment) => Promise.all(apps.map(sidecarUrl))

/** Whether the answer is a success; undefined if there is none. */
async function answers(url: string): Promise<boolean | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return undefined
  }
}

/** Sends enough requests for a CPU time that is not 0. */
async function request(url: string): Promise<void> {
  for (let time = 0; time < 20; time++) await Promise.all(Array.from({ length: 20 }, () => answers(url)))
}

/** Lets an app's sidecar end by itself, as Dapr's API offers. */
async function shutDown(app: RunningApp): Promise<void> {
  const { ok, status } = await fetch(`${await sidecarUrl(app)}/v1.0/shutdown`, { method: 'POST' })
  if (!ok) throw new Error(`shutdown answered ${status}`)
}

/** With what a session fails once something has happened. */
async function failureOf({ failure }: Session, happen: () => Promise<void>): Promise<Error> {
  const failed = new Promise<void>((resolve) =>
    failure.addEventListener('abort', () => resolve(), { once: true }),
  )
  await happen()
  await failed
  return failure.reason
}
