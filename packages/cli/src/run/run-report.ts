import { join } from 'node:path'
import type { Result } from 'perf-sdk'
import pc from 'picocolors'
import { table } from '../table.js'
import { caseReport, ms, signed } from './case-report.js'

/** What came of a case: its result, or the error that ended it. */
export interface Outcome {
  name: string
  result?: Result
  error?: Error
}

/** The report of each case and, where there are several, one table over all of them. */
export function runReport(outcomes: Outcome[], runFolder: string): string {
  const parts = outcomes.map(({ name, result, error }) =>
    result
      ? caseReport(result, join(runFolder, name))
      : `\n${pc.bold(name)}\n${pc.red('failed')}: ${error?.message}\n`,
  )
  return [...parts, ...(outcomes.length > 1 ? [overview(outcomes)] : [])].join('\n')
}

function overview(outcomes: Outcome[]): string {
  const rows = outcomes.map(({ name, result }) =>
    result
      ? [name, ...figures(result), result.passed ? pc.green('passed') : pc.red('failed')]
      : [name, '', '', '', '', '', pc.red('failed')],
  )
  const passed = outcomes.filter(({ result }) => result?.passed).length
  return [
    '',
    table(['ms', 'baseline p50', 'Dapr p50', 'adds at p50', 'adds at p90', 'Dapr qps', ''], rows, [
      'left',
      'right',
      'right',
      'right',
      'right',
      'right',
      'left',
    ]),
    '',
    `${passed} of ${outcomes.length} cases passed`,
    '',
  ].join('\n')
}

function figures({ comparison, dapr }: Result): string[] {
  const at = (percentile: number) => comparison.percentiles.find((point) => point.percentile === percentile)
  const [p50, p90] = [at(50), at(90)]
  return [
    p50 ? ms(p50.baseline) : '',
    p50 ? ms(p50.dapr) : '',
    p50 ? signed(p50.added) : '',
    p90 ? signed(p90.added) : '',
    dapr.achievedQps.toFixed(1),
  ]
}
