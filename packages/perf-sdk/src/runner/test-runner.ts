import { join } from 'node:path'
import { z } from 'zod'
import { type Budget, type Check, checkBudget, checkLoads } from '../compare/checks.js'
import type { ComparedMeasurement } from '../compare/compare.js'
import { InputError } from '../errors.js'
import { type ParamOptions, paramsOfCase } from '../params.js'
import {
  type AppDescription,
  appDescription,
  type Component,
  type ComponentDescription,
  componentDescription,
} from '../platforms/descriptions.js'
import type { Environment, Platform } from '../platforms/platform.js'
import { makeResultsFolder } from '../results/files.js'
import { type Result, writeResult } from '../results/result.js'
import { StateStore, type StateStoreKind } from '../sidecar/state-store.js'
import { type ReportProgress, secondsSince } from './progress.js'
import { newTestContext, type TestContext } from './test-context.js'

/** A case: what it needs, as data that can be listed without a run, and what it does. */
export interface TestDescription {
  /** What it measures, in one line. */
  description: string
  components?: ComponentDescription[]
  /** Whether it is about a state store: the run's options say which, and its component is added to the others. */
  stateStore?: boolean
  /** Apps that are ready before the others start. */
  initApps?: AppDescription[]
  apps: AppDescription[]
  params?: ParamOptions
  /** The most that Dapr may add. It depends on the machine, so it decides over a run only where that is asked for. */
  budget?: Budget
  test(test: TestContext): Promise<ComparedMeasurement>
}

export interface RunOptions {
  /** The case's name: its folder's. */
  name: string
  runId: string
  platform: Platform
  /** Folder for the results of this case. */
  folder: string
  /** They override the case's parameters and the environment. */
  params?: ParamOptions
  /** What a case with `stateStore: true` runs on; in-memory by default. */
  stateStore?: StateStoreKind
  /** In how many rounds each side's time is split; 1 by default. */
  rounds?: number
  enforceBudget?: boolean
  /** When the user asked for it, by performance.now(); the time of the call by default. */
  askedAt?: number
  signal: AbortSignal
  report: ReportProgress
}

const clearWithinMs = 2_000

const description = z.strictObject({
  description: z.string().min(1),
  components: z.array(componentDescription).default([]),
  stateStore: z.boolean().default(false),
  initApps: z.array(appDescription).default([]),
  apps: z.array(appDescription).min(1),
  params: z
    .strictObject({
      qps: z.int().min(0),
      connections: z.int().min(1),
      duration: z.string(),
      payload: z.string(),
      payloadSize: z.int().min(0),
    })
    .partial()
    .default({}),
  budget: z.strictObject({ percentile: z.number(), addedMs: z.number() }).optional(),
  test: z.custom<TestDescription['test']>((value) => typeof value === 'function', 'expected a function'),
})

/** Runs one case on a platform, in the Go suite's order: platform, components, init apps, apps, test, tear down. */
export class TestRunner {
  readonly case: z.output<typeof description>

  /** @throws InputError that names each field that can't be used */
  constructor(testDescription: TestDescription) {
    const parsed = description.safeParse(testDescription)
    if (!parsed.success) throw new InputError(`this case can't be used:\n${z.prettifyError(parsed.error)}`)
    this.case = parsed.data
  }

  /**
   * Runs the case and writes its results. The platform is torn down in any event.
   *
   * @throws the first error that ended it: what died, what could not be started, or the signal's reason
   */
  async start(options: RunOptions): Promise<Result> {
    const { platform, report } = options
    const { params, leftAlone } = paramsOfCase(this.case.params, options.params)
    for (const what of leftAlone)
      report({ kind: 'note', what: `${options.name} sends no body: ${what} is left alone` })
    if (options.stateStore === 'redis' && !this.case.stateStore)
      report({ kind: 'note', what: `${options.name} has no state store: redis is left alone` })
    const signal = AbortSignal.any([options.signal, platform.failure])
    const startedAt = new Date()
    const { askedAt = performance.now() } = options
    let environment: Environment
    let measured: ComparedMeasurement
    let checks: Check[]
    try {
      await makeResultsFolder(join(options.folder, 'logs'))
      await platform.setup(signal)
      const onRedis = this.case.stateStore && options.stateStore === 'redis'
      const redis = onRedis ? await platform.acquireRedis(signal) : undefined
      const stateStore = new StateStore(options.runId, redis)
      await platform.addComponents(this.#scoped(this.componentsWith(stateStore)))
      for (const apps of [this.case.initApps, this.case.apps].filter((list) => list.length > 0)) {
        report({ kind: 'step', what: `starting ${apps.map((app) => app.appName).join(', ')}` })
        await platform.addApps(apps, signal)
      }
      environment = await platform.environment()
      const rounds = options.rounds ?? 1
      const { folder } = options
      const test = newTestContext({ params, rounds, platform, stateStore, folder, askedAt, signal, report })
      try {
        measured = await this.case.test(test)
      } finally {
        await stateStore.clear({ platform, signal: AbortSignal.timeout(clearWithinMs) }).catch(() => {})
      }
      checks = [...checkLoads(measured.summaries, await platform.restarts()), ...measured.checks]
    } catch (error) {
      if (!options.signal.aborted) report({ kind: 'note', what: `${options.name} has failed` })
      // What follows from a death or a Ctrl+C (a connection that broke, say) is not the reason to show.
      signal.throwIfAborted()
      throw error
    } finally {
      await tearDown(platform, report)
    }
    options.signal.throwIfAborted()
    const budget = this.case.budget && checkBudget(this.case.budget, measured.comparison)
    return writeResult(options.folder, {
      case: this.case,
      name: options.name,
      runId: options.runId,
      startedAt,
      params,
      stateStore: this.case.stateStore ? (options.stateStore ?? 'in-memory') : undefined,
      environment,
      measured,
      checks,
      budget: budget && { ...budget, enforced: options.enforceBudget ?? false },
    })
  }

  /** The components that the case needs; where it is about a state store, that one among them. */
  componentsWith(stateStore: StateStore): Component[] {
    const ofStore = this.case.stateStore ? [componentDescription.parse(stateStore.component)] : []
    return [...this.case.components, ...ofStore]
  }

  /** A component that names no scopes is for all apps of the case, and not for others that may be near. */
  #scoped(components: Component[]): Component[] {
    const apps = [...this.case.initApps, ...this.case.apps].filter(({ daprEnabled }) => daprEnabled)
    const all = apps.map(({ appName }) => appName)
    return components.map((component) => ({
      ...component,
      scopes: component.scopes.length > 0 ? component.scopes : all,
    }))
  }
}

/** What goes wrong here is said, and takes the place of neither a result nor the error before it. */
async function tearDown(platform: Platform, report: ReportProgress): Promise<void> {
  report({ kind: 'step', what: 'tearing down' })
  const begun = performance.now()
  try {
    await platform.tearDown()
    report({ kind: 'note', what: `torn down after ${secondsSince(begun)} s` })
  } catch (error) {
    const what = `not torn down: ${(error as Error).message}\nWhat is left goes with the next run, or with dapr-perf clean`
    report({ kind: 'note', what })
  }
}
