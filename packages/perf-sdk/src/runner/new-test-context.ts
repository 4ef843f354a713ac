import { join } from 'node:path'
import { DaprPerfError, InputError } from '@dapr-perf/errors'
import type { TestContext } from '../case/test-context.js'
import type { Case } from '../case/test-runner.js'
import type { Component } from '../description/component.js'
import type { Params } from '../description/params.js'
import { rateOf } from '../description/target.js'
import { nameOfLoad } from '../model/event.js'
import type { MeasuredLoad } from '../model/measurement.js'
import { appsOf, type RunningDeployment, type Session } from '../platforms/platform.js'
import { writeResultsFile } from '../results/files.js'
import { seedOf } from '../statistics/seed.js'
import { checkRequestSize } from './limits.js'
import { reportOverdue } from './overdue.js'
import type { CaseOfPlan } from './plan.js'
import { headersFor, namesIn, resolveTarget } from './resolve-target.js'
import type { UndoList } from './undo.js'

interface ContextOptions {
  session: Pick<Session, 'testerToken'>
  deployment: RunningDeployment
  case: Case
  params: Params
  /** Of all that is drawn at random. */
  seed: string
  options: Pick<CaseOfPlan, 'folder' | 'engineOf' | 'report'> & {
    rounds: number
    /** What the names of the files with the engine's own output begin with. */
    prefix?: string
  }
  /** Called with each load that is kept. */
  onKept?(load: MeasuredLoad): Promise<void> | void
  components: Component[]
  undo: UndoList
  signal: AbortSignal
}

/** The context for the functions of a case: it resolves targets, makes loads, and keeps their results. */
export function newTestContext({
  session,
  deployment,
  case: description,
  params,
  seed,
  options,
  onKept,
  components,
  undo,
  signal,
}: ContextOptions): TestContext {
  const { folder, rounds, prefix = '', engineOf, report } = options
  const apps = new Map(deployment.apps.map((app) => [app.name, app]))
  const names = namesIn(deployment, apps, components)
  const files = new Map<string, number>()
  return {
    params,
    rounds,
    apps,
    signal,
    report,
    componentName: names.componentName,
    startUsage: () => deployment.startUsage(),
    onFinished: (step) => undo.add(step),

    async load(target, options) {
      const {
        what,
        variant,
        seconds,
        rate,
        connections,
        responseBytes,
        params: own = params,
        round,
      } = options
      checkRequestSize(target, own, appsOf(description))
      const engine = await engineOf(session, apps)
      const resolved = resolveTarget(target, names)
      const request = {
        target: resolved,
        headers: headersFor(resolved, names),
        rate: rate ?? rateOf(target, own.qps),
        arrivals: own.arrivals,
        seed: seedOf(seed, round ?? 0),
        connections: connections ?? own.connections,
        seconds,
        payload: own.payload,
        payloadSize: own.payloadSize,
        responseBytes,
      }
      const ofRounds = round !== undefined && rounds > 1 ? { number: round, of: rounds } : undefined
      const load = { what, round: ofRounds, ...(variant !== undefined && { variant }) }
      report({ kind: 'load', seconds, ...load })
      using _ = reportOverdue(nameOfLoad(load), seconds, report)
      try {
        return await engine.run(request, signal)
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof InputError) throw error
        throw new DaprPerfError(`${nameOfLoad(load)} failed: ${(error as Error).message}`, { cause: error })
      }
    },

    async keep(load) {
      const { raw, ...result } = load.result
      const name = `${prefix}${load.variant}-${load.round}`
      const times = (files.get(name) ?? 0) + 1
      files.set(name, times)
      const again = times > 1 ? `-${times}` : '' // of a second measurement in the same case
      const file = join(result.engine.name, `${name}${again}.json`)
      await writeResultsFile(join(folder, file), raw)
      const kept = { ...load, result, file }
      await onKept?.(kept)
      return kept
    },
  }
}
