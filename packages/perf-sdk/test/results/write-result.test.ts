import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { TestRunner } from '../../src/case/test-runner.js'
import { checkLoads } from '../../src/checks/loads.js'
import { compare } from '../../src/compare/compare.js'
import { Params } from '../../src/description/params.js'
import type { Check } from '../../src/model/check.js'
import type { LoadResult } from '../../src/model/load.js'
import { resultSchema } from '../../src/results/schema.js'
import { type CaseRecord, writeResult } from '../../src/results/write-result.js'
import { loadResult, measurementOf, ratedLoad } from '../loads.js'

const testCase = new TestRunner({
  description: 'x',
  apps: [{ appName: 'testapp', imageName: 'perf-x', daprEnabled: true }],
  budget: { percentile: 50, addedMs: 0 },
  test: async () => compare(measurementOf({})),
}).case

interface Given {
  baseline?: Partial<LoadResult>
  dapr?: Partial<LoadResult>
  restarts?: number
  /** The case's own. */
  checks?: Check[]
  enforceBudget?: boolean
  params?: Partial<Params>
}

/** The result of a case, as it was written. */
async function written({ baseline, dapr, restarts = 0, checks = [], enforceBudget = false, params }: Given) {
  const folder = mkdtempSync(join(tmpdir(), 'dapr-perf-result-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const measurement = measurementOf({ baseline: [loadResult(1, baseline)], dapr: [loadResult(2, dapr)] })
  const measured = compare(measurement, checks)
  const record: CaseRecord = {
    name: 'a_case',
    runId: 'r',
    case: testCase,
    params: Params(params, {}),
    seed: 'a seed',
    startedAt: new Date(0),
    loads: measurement.loads,
    measured,
    checks: [...checkLoads(measured.summaries, restarts), ...checks],
    enforceBudget,
  }
  await writeResult(folder, record)
  return resultSchema.parse(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')))
}

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
    expect((await written(given)).outcome).toBe(outcome)
  })
})

describe('result.json', () => {
  it('has the seed, and of each load what was due and what came of it', async () => {
    const machine = { cores: 2, seconds: 4, busySeconds: 5, generatorSeconds: 0.5, stealSeconds: 0 }
    const extraConnections = { opened: 1, sentAgain: 0 }
    const result = await written({ dapr: { ...sent(100, 2), machine, extraConnections } })
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
    expect((await written({ params: { qps: 5 } })).params.arrivals).toBe('bursts')
    expect((await written({ params: { qps: 0 } })).params).not.toHaveProperty('arrivals')
  })
})
