import type { Comparison } from './compare.js'
import type { Summary } from './summary.js'

/** A condition without which the figures mean nothing, or a limit that the case sets. */
export interface Check {
  name: string
  passed: boolean
  /** What was found, with its figures. */
  detail: string
}

const leastShareOfQps = 0.99

/** The Go suite's checks of a load: every answer was 2xx, no restart, and the asked rate was reached. */
export function checkLoads(summaries: Record<string, Summary>, restarts: number): Check[] {
  const ofLoads = Object.entries(summaries).flatMap(([side, summary]) => [
    checkReturnCodes(side, summary),
    checkRate(side, summary),
  ])
  const noRestart = {
    name: 'no restart',
    passed: restarts === 0,
    detail: `${restarts} restarts of apps and sidecars`,
  }
  return [...ofLoads, noRestart]
}

function checkReturnCodes(side: string, { requests, returnCodes }: Summary): Check {
  const bad = Object.entries(returnCodes).filter(([code]) => !/^(2\d\d|OK|SERVING)$/.test(code))
  const count = bad.reduce((sum, [, n]) => sum + n, 0)
  const codes = bad.map(([code, n]) => `${n} × ${code}`).join(', ')
  return {
    name: `${side}: every answer is a success`,
    passed: count === 0 && requests > 0,
    detail: count === 0 ? `${requests} of ${requests}` : `${count} of ${requests} were not: ${codes}`,
  }
}

function checkRate(side: string, { requestedQps, achievedQps }: Summary): Check {
  if (requestedQps === 0) {
    return {
      name: `${side}: rate`,
      passed: true,
      detail: `as fast as it goes: ${achievedQps.toFixed(1)} qps`,
    }
  }
  const share = achievedQps / requestedQps
  return {
    name: `${side}: more than 99 % of the asked rate`,
    passed: share > leastShareOfQps,
    detail: `${achievedQps.toFixed(1)} of ${requestedQps} qps, ${(share * 100).toFixed(1)} %`,
  }
}

/** The most that Dapr may add, in milliseconds at a percentile. */
export interface Budget {
  percentile: number
  addedMs: number
}

export function checkBudget(budget: Budget, comparison: Comparison): Check {
  const point = comparison.percentiles.find(({ percentile }) => percentile === budget.percentile)
  const added = point?.added ?? Number.NaN
  return {
    name: `budget: added p${budget.percentile} of at most ${budget.addedMs} ms`,
    passed: added <= budget.addedMs,
    detail: `${added.toFixed(2)} ms`,
  }
}
