import { join } from 'node:path'
import type { Check } from '../compare/checks.js'
import type { ComparedMeasurement, Comparison } from '../compare/compare.js'
import type { Summary } from '../compare/summary.js'
import { sides } from '../measure/measure.js'
import type { Params } from '../params.js'
import type { Environment, UsageByApp } from '../platforms/platform.js'
import type { StateStoreKind } from '../sidecar/state-store.js'
import { writeResultsFile } from './files.js'

const schemaVersion = 1

/** result.json. Times of requests are in milliseconds, rates in requests per second. */
export interface Result {
  schemaVersion: typeof schemaVersion
  case: string
  description: string
  run: string
  startedAt: string
  endedAt: string
  params: Params
  /** Of a case about state: what it ran on. */
  stateStore?: StateStoreKind
  environment: Environment & { versions: { fortio: string } }
  /** Every load, in the order of its side; `file` is fortio's own JSON, beside this file. */
  rounds: { side: string; round: number; achievedQps: number; usage: UsageByApp; file: string }[]
  baseline: Summary
  dapr: Summary
  comparison: Comparison
  checks: Check[]
  /** Whether the case's budget was met; it counts as a check only where it is enforced. */
  budget: (Check & { enforced: boolean }) | null
  passed: boolean
}

export interface Outcome {
  case: { description: string }
  name: string
  runId: string
  startedAt: Date
  params: Params
  stateStore: StateStoreKind | undefined
  environment: Environment
  measured: ComparedMeasurement
  checks: Check[]
  budget: (Check & { enforced: boolean }) | undefined
}

export async function writeResult(folder: string, outcome: Outcome): Promise<Result> {
  const { measurement, summaries, comparison } = outcome.measured
  const decisive = outcome.budget?.enforced ? [...outcome.checks, outcome.budget] : outcome.checks
  const result: Result = {
    schemaVersion,
    case: outcome.name,
    description: outcome.case.description,
    run: outcome.runId,
    startedAt: outcome.startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    params: outcome.params,
    ...(outcome.stateStore && { stateStore: outcome.stateStore }),
    environment: withFortio(outcome.environment, measurement.rounds.baseline[0]?.result.Version),
    rounds: sides.flatMap((side) =>
      measurement.rounds[side].map(({ round, result, usage, file }) => ({
        side,
        round,
        achievedQps: result.ActualQPS,
        usage,
        file,
      })),
    ),
    baseline: summaries.baseline,
    dapr: summaries.dapr,
    comparison,
    checks: outcome.checks,
    budget: outcome.budget ?? null,
    passed: decisive.every((check) => check.passed),
  }
  await writeResultsFile(join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`)
  return result
}

/** fortio says itself which version made the loads, wherever it ran. */
const withFortio = (environment: Environment, fortio = 'unknown') => ({
  ...environment,
  versions: { ...environment.versions, fortio },
})
