import type { Result } from 'perf-sdk'
import type { CaseResult } from 'perf-sdk/runner'
import { table } from '../terminal/table.js'
import { ms, outcomeOf, signed } from './case-report.js'

/**
 * A table of all cases; undefined where there are no two.
 *
 * @param cases how many the run has: those without a result were not started
 */
export function overviewOf(results: CaseResult[], cases: number): string | undefined {
  const ofRuns = results.filter((result): result is Result => !('kind' in result))
  return ofRuns.length > 1 ? overview(ofRuns, cases) : undefined
}

function overview(results: Result[], cases: number): string {
  const rows = results.map((result) => [result.case, ...figures(result), outcomeOf(result)])
  const passed = results.filter(({ outcome }) => outcome === 'passed').length
  const heads = ['ms', 'baseline p50', 'Dapr p50', 'adds at p50', 'adds at p90', 'Dapr qps', '']
  const right = heads.slice(1, -1).map(() => 'right' as const)
  return [
    '',
    table(heads, rows, ['left', ...right, 'left']),
    '',
    `${passed} of ${cases} cases passed${results.length < cases ? `, ${cases - results.length} not started` : ''}`,
    '',
  ].join('\n')
}

function figures({ comparisons: [comparison], variants }: Result): string[] {
  if (!comparison) return ['', '', '', '', '']
  const at = (percentile: number) => comparison.percentiles.find((point) => point.percentile === percentile)
  const [p50, p90] = [at(50), at(90)]
  return [
    p50 ? ms(p50.baseline) : '',
    p50 ? ms(p50.variant) : '',
    p50 ? signed(p50.added) : '',
    p90 ? signed(p90.added) : '',
    variants[comparison.variant]?.achievedRate.toFixed(1) ?? '',
  ]
}
