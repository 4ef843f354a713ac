import type { Check, Summary } from '../results/schema.js'

const leastShareOfRate = 0.99

/** The Go suite's checks of a load: every response was a success, no restart, and the target rate was achieved. */
export function checkLoads(summaries: Record<string, Summary>, restarts: number): Check[] {
  const ofLoads = Object.entries(summaries).flatMap(([variant, summary]) => [
    checkOutcomes(variant, summary),
    checkRate(variant, summary),
  ])
  const noRestart = {
    id: 'no-restart',
    name: 'no restart',
    passed: restarts === 0,
    detail: `${restarts} restarts of apps and sidecars`,
  }
  return [...ofLoads, noRestart]
}

function checkOutcomes(variant: string, { requests, outcomes }: Summary): Check {
  const failures = outcomes.filter(({ kind }) => kind === 'failure')
  const count = failures.reduce((sum, outcome) => sum + outcome.count, 0)
  const codes = failures.map((outcome) => `${outcome.count} × ${outcome.code}`).join(', ')
  return {
    id: `${variant}.success`,
    name: `${variant}: every response is a success`,
    passed: count === 0 && requests > 0,
    detail: count === 0 ? `${requests} of ${requests}` : `${count} of ${requests} failed: ${codes}`,
  }
}

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
