import { join } from 'node:path'
import { endAfter } from '@dapr-perf/errors'
import type { TestContext } from '../case/test-context.js'
import type { Case } from '../case/test-runner.js'
import type { Component } from '../description/component.js'
import type { Params } from '../description/params.js'
import type { VariantName } from '../model/block.js'
import { type ReportEvent, reportAbout } from '../model/event.js'
import { attributed } from '../platforms/attributed.js'
import type { RunningDeployment, Session } from '../platforms/platform.js'
import type { EngineOf } from '../runner/engine.js'
import { newTestContext } from '../runner/new-test-context.js'
import { UndoList } from '../runner/undo.js'
import { settled } from './settled.js'
import { appsWith, configurationOf, daprdOf, otherResourcesOf, type Variant } from './variant.js'

/** What all blocks of a comparison have in common. */
export interface BlockOptions {
  session: Session
  engineOf: EngineOf
  case: Case
  params: Params
  variants: Record<VariantName, Variant>
  /** Of each variant's sidecars. */
  components: Record<VariantName, Component[]>
  /** That of the apps that the variants share. */
  shared: RunningDeployment
  seed: string
  /** Folder for the results of the case. */
  folder: string
  report: ReportEvent
  signal: AbortSignal
  /** Called for each variant once it is ready. */
  onReady?(running: Running): Promise<void>
}

/** A variant within a block. */
export interface Running extends AsyncDisposable {
  name: VariantName
  deployment: RunningDeployment
  components: Component[]
  test: TestContext
  /** With the engine's own output of the loads that its test has kept, in the folder of the case. */
  files: string[]
}

/** Starts a variant. Disposing of it undoes what the case did, and ends it. @returns it before it is ready */
export async function startVariant(
  name: VariantName,
  number: number,
  options: BlockOptions,
): Promise<Running> {
  const { session, case: description, params, seed, signal } = options
  const components = options.components[name]
  const own = options.variants[name]
  const logs = logsOf(options.folder, number, name)
  const report = reportAbout({ block: number, variant: name }, options.report)
  report({ kind: 'step', what: 'starting' })
  const given = {
    variant: name,
    initApps: appsWith(own.settings, description.initApps),
    apps: appsWith(own.settings, description.apps),
    components,
    resources: otherResourcesOf(own, description),
    configuration: configurationOf(description, own),
    daprd: daprdOf(own),
    logs,
    report,
  }
  const deployment = await session.start(given, signal)
  const undo = new UndoList()
  const files: string[] = []
  const test = newTestContext({
    session,
    deployment,
    case: description,
    params,
    seed: `${seed} ${number}`,
    options: {
      folder: options.folder,
      prefix: `${blockName(number)}-${name}-`,
      engineOf: options.engineOf,
      rounds: 1,
      report,
    },
    onKept: ({ file }) => void files.push(file),
    components,
    undo,
    signal,
  })
  return {
    name,
    deployment,
    components,
    test,
    files,
    async [Symbol.asyncDispose]() {
      await undo.undoAll()
      await deployment[Symbol.asyncDispose]()
    },
  }
}

/**
 * Calls a function, and ends variants after it, whatever comes of it.
 *
 * @throws what the function failed with, which keeps what the end of a variant then failed with, or else the latter
 */
export async function thenEnd<T>(running: Running[], measure: () => Promise<T>): Promise<T> {
  const end = () => settled(running.map((one) => one[Symbol.asyncDispose]()))
  const measured = await measure().catch((error) => endAfter(error, end))
  await end()
  return measured
}

/** Waits until a variant is ready, and prepares it for loads. */
export async function prepareVariant(
  running: Running,
  { case: description, signal, onReady }: BlockOptions,
): Promise<void> {
  const { name, deployment, test } = running
  await attributed(name, () => deployment.untilReady(signal))
  await onReady?.(running)
  await attributed(name, async () => description.prepare?.(test))
}

/** The folder of a variant's logs in a block. @param number 0 is the trial block */
export const logsOf = (folder: string, number: number, variant = '') =>
  join(folder, 'logs', blockName(number), variant)

/** @param number 0 is the trial block */
export const blockName = (number: number) => (number === 0 ? 'trial' : `block-${number}`)
