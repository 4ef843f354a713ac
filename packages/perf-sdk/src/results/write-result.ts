import { join } from 'node:path'
import { describeError } from '@dapr-perf/errors'
import type { Case } from '../case/test-runner.js'
import { checkBudget } from '../checks/budget.js'
import type { ComparedMeasurement } from '../compare/compare.js'
import { type Params, usedParams } from '../description/params.js'
import type { Check } from '../model/check.js'
import type { Environment } from '../model/environment.js'
import { loadsOf, type MeasuredLoad } from '../model/measurement.js'
import type { Outcome } from '../model/outcome.js'
import type { Summary } from '../model/summary.js'
import { summarize, valueAt } from '../statistics/summary.js'
import { writeResultsFile } from './files.js'
import { withOthers } from './machine.js'
import { type Result, type ResultLoad, schemaVersion } from './schema.js'

/** What is known of a case at its end, whatever its outcome. */
export interface CaseRecord {
  name: string
  runId: string
  case: Case
  params: Params
  /** Of all that is drawn at random. */
  seed: string
  startedAt: Date
  environment?: Environment
  /** All loads of measurements that were made. */
  loads: MeasuredLoad[]
  measured?: ComparedMeasurement
  checks: Check[]
  enforceBudget: boolean
}

/** Writes result.json of a finished case. */
export async function writeResult(folder: string, record: CaseRecord): Promise<Result> {
  const { comparisons = [] } = record.measured ?? {}
  const budget = record.case.budget && checkBudget(record.case.budget, record.measured)
  const decisive = budget && record.enforceBudget ? [...record.checks, budget] : record.checks
  const missed = decisive.find(({ passed }) => !passed)
  const outcome = missed ? (missed.ifNotMet ?? 'failed') : 'passed'
  return write(folder, {
    ...commonFields(record, outcome),
    variants: ofVariants(record, record.measured?.summaries ?? {}),
    comparisons,
    checks: record.checks,
    ...(budget && { budget: { ...budget, enforced: record.enforceBudget } }),
  })
}

/** Writes result.json of a case that could not be finished, with what it has. */
export async function writeUnfinishedResult(
  folder: string,
  record: CaseRecord,
  outcome: 'error' | 'interrupted',
  error: Error,
): Promise<Result> {
  const result = unfinishedResult(record, outcome, error)
  return write(folder, result)
}

export const unfinishedResult = (
  record: CaseRecord,
  outcome: 'error' | 'interrupted',
  error: Error,
): Result => ({
  ...commonFields(record, outcome),
  error: describeError(error),
  variants: ofVariants(record, summariesOf(record.loads)),
  comparisons: record.measured?.comparisons ?? [],
  checks: record.checks,
})

/** What was measured of each variant. */
function summariesOf(loads: MeasuredLoad[]): Record<string, Summary> {
  const variants = [...new Set(loads.map(({ variant }) => variant))]
  return Object.fromEntries(variants.map((variant) => [variant, summarize(loadsOf({ loads }, variant))]))
}

const ofVariants = (record: CaseRecord, summaries: Record<string, Summary>): Result['variants'] =>
  Object.fromEntries(
    Object.entries(summaries).map(([variant, summary]) => [variant, withOthers(summary, record)]),
  )

async function write(folder: string, result: Result): Promise<Result> {
  await writeResultsFile(join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`)
  return result
}

const commonFields = (record: CaseRecord, outcome: Outcome) => ({
  schemaVersion: schemaVersion as typeof schemaVersion,
  case: record.name,
  description: record.case.description,
  run: record.runId,
  startedAt: record.startedAt.toISOString(),
  endedAt: new Date().toISOString(),
  outcome,
  params: usedParams(record.params),
  seed: record.seed,
  ...(record.environment && { environment: record.environment }),
  loads: record.loads.map((load) => resultLoad(load, record)),
})

function resultLoad(load: MeasuredLoad, record: CaseRecord): ResultLoad {
  const { variant, round, startedAt, usage, file } = load
  const { histogram: _, bodyBytes: __, rated, ...fields } = load.result
  const { due, sentInTime, late, generatorDelay, machine } = withOthers(summarize([load]), record)
  return {
    variant,
    round,
    startedAt: startedAt.toISOString(),
    ...fields,
    ...(rated && { arrivals: rated.arrivals, due, sentInTime, late }),
    ...(generatorDelay && {
      generatorDelay: {
        p50: valueAt(50, generatorDelay),
        p99: valueAt(99, generatorDelay),
        max: generatorDelay.max,
      },
    }),
    machine,
    usage,
    file,
  }
}
