import type { Check } from '../model/check.js'
import type { Summary, Times } from '../model/summary.js'
import { checkBaselineConnections } from './connections.js'
import { leastShareOfRate, mostGeneratorDelayMs, mostLatePercent } from './limits.js'

/**
 * The checks of every load, in the order in which they decide the outcome: first what failed, then what makes a load
 * something else than what was asked for. As in the Go suite, every response is a success, the target rate is reached, and
 * nothing was restarted. Besides, requests were sent when they were due.
 *
 * @param summaries by variant, the baseline first
 * @param restarts of apps and sidecars; undefined where nothing can restart
 */
export function checkLoads(summaries: Record<string, Summary>, restarts?: number): Check[] {
  const variants = Object.entries(summaries)
  const ofLoads = [
    ...variants.map(([variant, summary]) => checkOutcomes(variant, summary)),
    ...checkRates(variants),
    ...variants.flatMap(([variant, summary]) => checkLateSends(variant, summary)),
    ...checkBaselineConnections(variants),
    ...variants.flatMap(([variant, summary]) => checkGenerator(variant, summary)),
  ]
  return [
    ...ofLoads.filter(({ ifNotMet }) => ifNotMet === 'failed'),
    ...ofLoads.filter(({ ifNotMet }) => ifNotMet === 'not valid'),
    ...(restarts === undefined ? [] : [checkRestarts(restarts)]),
  ]
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
    value: failed,
    limit: 0,
    unit: 'requests',
    ifNotMet: 'failed',
  }
}

const countOf = (outcomes: Summary['outcomes']) => outcomes.reduce((sum, { count }) => sum + count, 0)

/** A variant failed if it missed its rate where the baseline reached its own: then the machine could make the load. */
function checkRates(variants: [string, Summary][]): Check[] {
  const [baseline, ...others] = variants.map(([variant, summary]) => checkRate(variant, summary))
  if (!baseline) return []
  return [
    { ...baseline, ifNotMet: 'not valid' },
    ...others.map((check): Check => ({ ...check, ifNotMet: baseline.passed ? 'failed' : 'not valid' })),
  ]
}

function checkRate(variant: string, { targetRate, achievedRate, due, sentInTime }: Summary): Check {
  const id = `${variant}.rate`
  const reached = achievedRate.toFixed(1)
  if (due === undefined || sentInTime === undefined)
    return { id, name: `${variant}: no rate limit`, passed: true, detail: `${reached} qps` }
  return {
    id,
    name: `${variant}: at least ${leastShareOfRate * 100} % of the requests are sent in time`,
    passed: sentInTime >= leastShareOfRate * due,
    detail: `${sentInTime} of ${due}, which is ${reached} of ${targetRate} qps`,
    value: (sentInTime / due) * 100,
    limit: leastShareOfRate * 100,
    unit: '%',
  }
}

function checkLateSends(variant: string, { late }: Summary): Check[] {
  if (!late) return []
  return [
    {
      id: `${variant}.late`,
      name: `${variant}: at most ${mostLatePercent} % of the requests are sent late`,
      passed: late.percent <= mostLatePercent,
      detail: `${late.percent.toFixed(1)} %, the latest by ${late.worstMs.toFixed(1)} ms`,
      value: late.percent,
      limit: mostLatePercent,
      unit: '%',
      ifNotMet: 'not valid',
    },
  ]
}

function checkGenerator(variant: string, { generatorDelay }: Summary): Check[] {
  if (!generatorDelay) return []
  const known = highestKnown(generatorDelay)
  return [
    {
      id: `${variant}.generator`,
      name: `${variant}: the load generator itself is at most ${mostGeneratorDelayMs} ms late at p99`,
      passed: (known?.value ?? 0) <= mostGeneratorDelayMs,
      detail: known ? `${known.value?.toFixed(2)} ms at p${known.percentile}` : 'not known: too few requests',
      value: known?.value ?? null,
      limit: mostGeneratorDelayMs,
      unit: 'ms',
      ifNotMet: 'not valid',
    },
  ]
}

/** p99, or, with too few requests for it, the highest percentile that is known. */
const highestKnown = ({ percentiles }: Times) =>
  percentiles.findLast(({ percentile, value }) => percentile <= 99 && value !== null)

function checkRestarts(restarts: number): Check {
  return {
    id: 'no-restart',
    name: 'no restart',
    passed: restarts === 0,
    detail: `${restarts} restarts of apps and sidecars`,
    value: restarts,
    limit: 0,
    unit: 'restarts',
    ifNotMet: 'failed',
  }
}
