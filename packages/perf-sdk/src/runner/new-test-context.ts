import { join } from 'node:path'
import { DaprPerfError, InputError } from '@dapr-perf/errors'
import type { TestContext } from '../case/test-context.js'
import type { Component } from '../description/component.js'
import { rateOf } from '../description/target.js'
import type { RunningApp, Session } from '../platforms/platform.js'
import { writeResultsFile } from '../results/files.js'
import type { CaseRecord } from '../results/write-result.js'
import { seedOf } from '../statistics/seed.js'
import type { CaseOptions } from './case-options.js'
import { appsOf, checkRequestSize } from './limits.js'
import { reportOverdue } from './overdue.js'
import { namesIn, resolveTarget } from './resolve-target.js'
import type { Undo } from './undo.js'

interface ContextOptions {
  session: Pick<Session, 'testerToken' | 'startUsage' | 'componentName'>
  record: Pick<CaseRecord, 'case' | 'params' | 'seed' | 'loads'>
  options: Pick<CaseOptions, 'folder' | 'engineOf' | 'report'> & { rounds: number }
  apps: Map<string, RunningApp>
  components: Component[]
  undo: Undo[]
  signal: AbortSignal
}

/** The context for the functions of a case: it resolves targets, makes loads, and keeps their results. */
export function newTestContext({
  session,
  record,
  options,
  apps,
  components,
  undo,
  signal,
}: ContextOptions): TestContext {
  const { params } = record
  const { folder, rounds, engineOf, report } = options
  const names = namesIn(session, apps, components)
  return {
    params,
    rounds,
    apps,
    signal,
    report,
    componentName: names.componentName,
    startUsage: () => session.startUsage(),
    onFinished: (step) => void undo.push(step),

    async load(target, { what, seconds, rate, connections, responseBytes, params: own = params, round = 0 }) {
      checkRequestSize(target, own, appsOf(record.case))
      const engine = await engineOf(session, apps)
      const request = {
        target: resolveTarget(target, names),
        rate: rate ?? rateOf(target, own.qps),
        arrivals: own.arrivals,
        seed: seedOf(record.seed, round),
        connections: connections ?? own.connections,
        seconds,
        payload: own.payload,
        payloadSize: own.payloadSize,
        responseBytes,
      }
      report({ kind: 'load', what, seconds })
      using _ = reportOverdue(what, seconds, report)
      try {
        return await engine.run(request, signal)
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof InputError) throw error
        throw new DaprPerfError(`${what} failed: ${(error as Error).message}`, { cause: error })
      }
    },

    async keep(load) {
      const { engine, raw } = load.result
      const earlier = record.loads.filter(
        ({ variant, round }) => variant === load.variant && round === load.round,
      )
      const again = earlier.length > 0 ? `-${earlier.length + 1}` : '' // of a second measurement in the same case
      const file = join(engine.name, `${load.variant}-${load.round}${again}.json`)
      await writeResultsFile(join(folder, file), raw)
      const kept = { ...load, file }
      record.loads.push(kept)
      return kept
    },
  }
}
