import type { Budget } from '../case/test-runner.js'
import type { Check, Comparison } from '../results/schema.js'

/** Checks that what each variant adds is within the budget. An unknown percentile fails. */
export function checkBudget({ percentile, addedMs }: Budget, comparisons: Comparison[]): Check {
  const added = comparisons.map(
    ({ percentiles }) => percentiles.find((point) => point.percentile === percentile)?.added,
  )
  return {
    id: 'budget',
    name: `budget: added p${percentile} of at most ${addedMs} ms`,
    passed: added.length > 0 && added.every((ms) => ms !== undefined && ms <= addedMs),
    detail: added.map((ms) => (ms === undefined ? 'unknown' : `${ms.toFixed(2)} ms`)).join(', ') || 'unknown',
  }
}
