import { join } from 'node:path'
import { describeError } from '@dapr-perf/errors'
import type { Case } from '../case/test-runner.js'
import { checkBudget } from '../checks/budget.js'
import type { ComparedMeasurement } from '../compare/compare.js'
import { loadsOf, type MeasuredLoad } from '../measure/measurement.js'
import { summarize } from '../statistics/summary.js'
import { writeResultsFile } from './files.js'
import {
  type Check,
  type Environment,
  type Outcome,
  type Result,
  type ResultLoad,
  schemaVersion,
} from './schema.js'

/** What is known of a case at its end, whatever its outcome. */
export interface CaseRecord {
  name: string
  runId: string
  case: Case
  params: Result['params']
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
  const outcome = decisive.every((check) => check.passed) ? 'passed' : 'failed'
  return write(folder, {
    ...commonFields(record, outcome),
    variants: record.measured?.summaries ?? {},
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
  variants: summariesOf(record.loads),
  comparisons: record.measured?.comparisons ?? [],
  checks: record.checks,
})

/** What was measured of each variant. */
function summariesOf(loads: MeasuredLoad[]): Result['variants'] {
  const variants = [...new Set(loads.map(({ variant }) => variant))]
  return Object.fromEntries(variants.map((variant) => [variant, summarize(loadsOf({ loads }, variant))]))
}

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
  params: record.params,
  ...(record.environment && { environment: record.environment }),
  loads: record.loads.map(resultLoad),
})

function resultLoad({ variant, round, startedAt, result, usage, file }: MeasuredLoad): ResultLoad {
  const { raw: _, histogram: __, bodyBytes: ___, ...fields } = result
  return { variant, round, startedAt: startedAt.toISOString(), ...fields, usage, file }
}
