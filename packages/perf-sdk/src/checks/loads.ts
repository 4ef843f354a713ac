import type { Check, Summary } from '../results/schema.js'

/** Of the target rate, that a load has to exceed. */
export const leastShareOfRate = 0.99
/** fortio tells only larger shares. */
const mostLatePercent = 5

/**
 * The Go suite's checks of a load: every response was a success, no restart, and the target rate was achieved. Besides,
 * requests were sent when they were due.
 *
 * @param restarts of apps and sidecars; undefined where nothing can restart
 */
export function checkLoads(summaries: Record<string, Summary>, restarts?: number): Check[] {
  const ofLoads = Object.entries(summaries).flatMap(([variant, summary]) => [
    checkOutcomes(variant, summary),
    checkRate(variant, summary),
    ...(summary.targetRate > 0 ? [checkLateSends(variant, summary)] : []),
  ])
  if (restarts === undefined) return ofLoads
  const noRestart = {
    id: 'no-restart',
    name: 'no restart',
    passed: restarts === 0,
    detail: `${restarts} restarts of apps and sidecars`,
  }
  return [...ofLoads, noRestart]
}

function checkOutcomes(variant: string, { requests, outcomes, warnings }: Summary): Check {
  const failures = outcomes.filter(({ kind }) => kind === 'failure')
  const failed = countOf(failures)
  const codes = failures.map((outcome) => `${outcome.count} × ${outcome.code}`).join(', ')
  const known = countOf(outcomes)
  const isKnown = known === requests && requests > 0
  const details = [
    ...(failed > 0 ? [`${failed} of ${requests} failed: ${codes}`] : []),
    ...(isKnown ? [] : [`${known} outcomes are known of ${requests} requests`]),
  ]
  return {
    id: `${variant}.success`,
    name: `${variant}: every response is a success`,
    passed: details.length === 0,
    detail: [...details, ...(details.length > 0 ? warnings : [])].join('; ') || `${requests} of ${requests}`,
  }
}

const countOf = (outcomes: Summary['outcomes']) => outcomes.reduce((sum, { count }) => sum + count, 0)

function checkRate(variant: string, { targetRate, achievedRate }: Summary): Check {
  const id = `${variant}.rate`
  if (targetRate === 0) {
    return { id, name: `${variant}: no rate limit`, passed: true, detail: `${achievedRate.toFixed(1)} qps` }
  }
  const share = achievedRate / targetRate
  return {
    id,
    name: `${variant}: more than 99 % of the target rate`,
    passed: share > leastShareOfRate,
    detail: `${achievedRate.toFixed(1)} of ${targetRate} qps, ${(share * 100).toFixed(1)} %`,
  }
}

function checkLateSends(variant: string, { late }: Summary): Check {
  const { percent, worstMs } = late ?? {}
  const share = percent === undefined ? `at most ${mostLatePercent} %` : `${percent.toFixed(1)} %`
  return {
    id: `${variant}.late`,
    name: `${variant}: at most ${mostLatePercent} % of the requests are sent late`,
    passed: late !== undefined && (percent ?? 0) <= mostLatePercent,
    detail: late ? `${share}, the latest by ${worstMs?.toFixed(1)} ms` : 'not known',
  }
}
