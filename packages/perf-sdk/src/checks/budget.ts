import type { Budget } from '../case/test-runner.js'
import { addedOf, percentileIn } from '../compare/added.js'
import type { ComparedMeasurement } from '../compare/compare.js'
import type { Check } from '../model/check.js'
import { leastRequestsFor } from '../statistics/percentile.js'

/** Checks that what each variant adds is within the budget. A percentile that is not known fails. */
export function checkBudget({ percentile, addedMs }: Budget, measured?: ComparedMeasurement): Check {
  const added = measured ? addedAt(percentile, measured) : []
  const isKnown = added.length > 0 && !added.includes(null)
  const unknown =
    added.length > 0
      ? `not known: p${percentile} needs ${leastRequestsFor(percentile)} requests`
      : 'not known'
  return {
    id: 'budget',
    name: `budget: added p${percentile} of at most ${addedMs} ms`,
    passed: isKnown && added.every((ms) => ms !== null && ms <= addedMs),
    // of several variants the one that adds most
    value: isKnown ? Math.max(...(added as number[])) : null,
    limit: addedMs,
    unit: 'ms',
    detail: isKnown ? added.map((ms) => `${ms?.toFixed(2)} ms`).join(', ') : unknown,
  }
}

/** What each variant adds, in milliseconds; null where the percentile is not known. */
const addedAt = (percentile: number, { measurement, comparisons }: ComparedMeasurement) =>
  comparisons.map(
    ({ baseline, variant }) =>
      addedOf(measurement, percentileIn(baseline, percentile), percentileIn(variant, percentile)).added,
  )
