import { describe, expect, it } from 'vitest'
import { checkLoads } from '../../src/checks/loads.js'
import { compare } from '../../src/compare/compare.js'
import { Params, usedParams } from '../../src/description/params.js'
import type { Check } from '../../src/model/check.js'
import type { LoadResult } from '../../src/model/load.js'
import { type Line, lineOfLoad } from '../../src/results/observations.js'
import { outcomeOf, runResult } from '../../src/results/run-result.js'
import { resultSchema } from '../../src/results/schema.js'
import { loadResult, measurementOf, ratedLoad } from '../loads.js'

interface Given {
  baseline?: Partial<LoadResult>
  dapr?: Partial<LoadResult>
  restarts?: number
  /** The case's own. */
  checks?: Check[]
  enforceBudget?: boolean
  params?: Partial<Params>
}

/** The result of a case with these loads. */
async function resultOf({ baseline, dapr, restarts = 0, checks = [], enforceBudget = false, params }: Given) {
  const measurement = measurementOf({ baseline: [loadResult(1, baseline)], dapr: [loadResult(2, dapr)] })
  const { summaries, comparisons } = compare(measurement)
  const loads = measurement.loads.map(lineOfLoad)
  const evaluated = {
    kind: 'evaluated' as const,
    variants: summaries,
    comparisons,
    checks: [...checkLoads(summaries, restarts), ...checks],
    budget: { id: 'budget', name: 'budget', passed: false, detail: '', enforced: enforceBudget },
  }
  const end = { kind: 'end' as const, endedAt: new Date(9).toISOString(), outcome: outcomeOf(evaluated) }
  const result = runResult([startWith(params), ...loads, evaluated, end])
  return resultSchema.parse(JSON.parse(JSON.stringify(result)))
}

const startWith = (params: Partial<Params> = {}): Line => ({
  kind: 'run',
  case: 'a_case',
  description: 'x',
  run: 'r',
  startedAt: new Date(0).toISOString(),
  params: usedParams(Params(params, {})),
  seed: 'a seed',
  apps: { testapp: true },
})

const sent = (sentInTime: number, late = 0) => ({
  rated: ratedLoad({ sentInTime, late: { count: late, worstMs: 5 } }),
})
const failures: Partial<LoadResult> = { outcomes: [{ code: '500', kind: 'failure', count: 100 }] }
const own: Check = { id: 'own', name: 'own', passed: false, detail: '' }

describe('the outcome', () => {
  it.each<[string, Given, string]>([
    ['passed where all checks are met', {}, 'passed'],
    ['failed where Dapr missed a rate that the baseline reached', { dapr: sent(64) }, 'failed'],
    ['not valid where the baseline missed it', { baseline: sent(64), dapr: sent(64) }, 'not valid'],
    ['not valid where too many requests were sent late', { dapr: sent(100, 18) }, 'not valid'],
    [
      'failed where responses failed, before a rate that the baseline missed',
      { baseline: sent(64), dapr: failures },
      'failed',
    ],
    ['failed where Dapr missed the rate, before late sends', { dapr: sent(64, 18) }, 'failed'],
    ['not valid before a restart', { baseline: sent(100, 18), restarts: 1 }, 'not valid'],
    ["not valid before the case's own checks", { baseline: sent(64), checks: [own] }, 'not valid'],
    ['not valid before an enforced budget', { dapr: sent(100, 18), enforceBudget: true }, 'not valid'],
    ['failed for a restart', { restarts: 1 }, 'failed'],
    ["failed for the case's own checks", { checks: [own] }, 'failed'],
    ['failed for an enforced budget', { enforceBudget: true }, 'failed'],
  ])('is %s', async (_, given, outcome) => {
    expect((await resultOf(given)).outcome).toBe(outcome)
  })
})

describe('result.json', () => {
  it('has the seed, and of each load what was due and what came of it', async () => {
    const machine = { cores: 2, seconds: 4, busySeconds: 5, generatorSeconds: 0.5, stealSeconds: 0 }
    const extraConnections = { opened: 1, sentAgain: 0 }
    const result = await resultOf({ dapr: { ...sent(100, 2), machine, extraConnections } })
    expect(result.seed).toBe('a seed')
    const load = result.loads[1]
    expect(load).toMatchObject({
      variant: 'dapr',
      arrivals: 'bursts',
      due: 100,
      sentInTime: 100,
      late: { count: 2, percent: 2, worstMs: 5 },
      generatorDelay: { p50: 0.1, p99: null, max: 0.1 },
      extraConnections,
      machine: { ...machine, busyShare: 0.625, othersSeconds: 2 },
    })
    expect(load).not.toHaveProperty('rated')
    expect(result.variants.dapr?.machine).toEqual(load?.machine)
    expect(result.variants.baseline).not.toHaveProperty('machine')
  })

  it('has no arrivals where nothing is due', async () => {
    expect((await resultOf({ params: { qps: 5 } })).params.arrivals).toBe('bursts')
    expect((await resultOf({ params: { qps: 0 } })).params).not.toHaveProperty('arrivals')
  })
})
