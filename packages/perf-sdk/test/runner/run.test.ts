import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TestContext } from '../../src/case/test-context.js'
import { compare } from '../../src/compare/compare.js'
import { testapp, tester } from '../../src/description/apps.js'
import { target } from '../../src/description/target.js'
import { measure } from '../../src/measure/measure.js'
import type { LoadResult } from '../../src/model/load.js'
import { World } from '../fakes/harness.js'

const invoked = { dapr: target.invoke('testapp', 'test') }

describe('a run of a case', () => {
  it('tells its reporters what goes on, from its begin to its end', async () => {
    const world = new World()
    const { exitCode } = await world.run()
    expect(world.events).toEqual([
      'run of one',
      "waiting for testapp's sidecar",
      "waiting for tester's sidecar",
      'apps are ready after … s',
      'baseline warm-up',
      'dapr warm-up',
      'baseline load, round 1 of 2',
      'dapr load, round 1 of 2',
      'dapr load, round 2 of 2',
      'baseline load, round 2 of 2',
      'tearing down',
      'torn down after … s',
      'one: passed',
      'end of 1',
    ])
    expect(exitCode).toBe(0)
    expect(world.platform.running).toEqual([])
  })

  it('has the loads of each round in its result, the order reversed in every other one', async () => {
    const world = new World({}, { ms: { app: 1, invoke: 3 } })
    await world.run(undefined, { rounds: 3 })
    const { loads, variants, comparisons } = world.resultOf()
    expect(loads.map(({ variant, round }) => `${variant} ${round}`)).toEqual([
      'baseline 1',
      'dapr 1',
      'dapr 2',
      'baseline 2',
      'baseline 3',
      'dapr 3',
    ])
    // The warm-up is in none of them: 100 requests a second for 2 s.
    expect([variants.baseline?.requests, variants.dapr?.requests]).toEqual([201, 201])
    expect(comparisons[0]?.mean.added).toBeCloseTo(2, 0)
  })

  it("has each load's own file with the engine's output", async () => {
    const world = new World()
    await world.run()
    const files = world.resultOf().loads.map(({ file }) => file)
    expect(new Set(files).size).toBe(4)
    for (const file of files)
      expect(JSON.parse(readFileSync(join(world.folderOf(), file), 'utf8'))).toEqual({ requests: 100 })
  })

  it('starts the initApps, and the others once these are ready', async () => {
    const world = new World()
    const seen: string[][] = []
    for (const time of [1, 2]) world.platform.at('ready', () => seen.push(world.platform.running), time)
    await world.run({ one: { initApps: [testapp()], apps: [tester()], targets: noopTargets } })
    expect(seen).toEqual([['testapp'], ['testapp', 'tester', "tester's sidecar"]])
  })

  it('calls prepare before the first load, and verify with all of them', async () => {
    const world = new World()
    await world.run({
      one: {
        prepare: async () => world.events.push('prepare'),
        verify: (_, { loads, sent }) => {
          world.events.push(`verify ${loads.length} loads, ${sent.dapr} requests`)
          return [{ id: 'own', name: 'own', passed: true, detail: '' }]
        },
      },
    })
    const own = world.events.filter((text) => /^(prepare|verify|dapr|baseline)/.test(text))
    expect([own[0], own[1]]).toEqual(['prepare', 'baseline warm-up'])
    // The warm-up has 33 requests, and each load the first one of each of its connections besides.
    expect(own.at(-1)).toBe('verify 4 loads, 239 requests')
    expect(world.resultOf().checks.at(-1)?.id).toBe('own')
  })

  it('with a test function of its own makes the loads that this asks for', async () => {
    const world = new World()
    const { exitCode } = await world.run({
      one: { test: async (test) => compare(await measure(test, invoked)) },
    })
    expect(exitCode).toBe(0)
    expect(world.resultOf().loads.map(({ variant, round }) => `${variant} ${round}`)).toEqual([
      'dapr 1',
      'dapr 2',
    ])
  })
})

it('a case that measures twice has a file of its own for each load', async () => {
  const world = new World()
  const test = async (context: TestContext) => {
    await measure(context, invoked)
    return compare(await measure(context, invoked))
  }
  await world.run({ one: { test } })
  expect(world.resultOf().loads.map(({ file }) => file)).toEqual([
    'fake/dapr-1.json',
    'fake/dapr-2.json',
    'fake/dapr-1-2.json',
    'fake/dapr-2-2.json',
  ])
})

const noopTargets = { baseline: target.noop(), dapr: target.noop() }

describe('what is stored', () => {
  it('grows with each load, and the result comes at the end', async () => {
    const world = new World()
    const seen: string[] = []
    const look = () => {
      const hasResult = existsSync(join(world.folderOf(), 'result.json'))
      seen.push([...world.stored(), ...(hasResult ? ['result'] : [])].join(' '))
    }
    world.platform.at('ready', look)
    for (const time of [1, 3, 4, 6]) world.engine.at('load', look, time)
    world.platform.at('dispose', look)
    await world.run()
    expect(seen).toEqual([
      'run',
      'run environment',
      'run environment',
      'run environment load',
      'run environment load load load',
      'run environment load load load load evaluated end result',
    ])
  })

  it('names all cases of the run before the first one begins', async () => {
    const world = new World()
    let seen: unknown
    world.platform.at('open', () => {
      seen = world.runFile()
    })
    await world.run({ two: {}, one: {} })
    expect(seen).toMatchObject({ command: 'run', cases: ['two', 'one'] })
  })
})

describe('the outcome', () => {
  const failing = (result: LoadResult): LoadResult => ({
    ...result,
    outcomes: [
      { code: '200', kind: 'success', count: result.histogram.count - 1 },
      { code: '500', kind: 'failure', count: 1 },
    ],
  })
  const missingRate = (result: LoadResult): LoadResult => ({
    ...result,
    ...(result.rated && { rated: { ...result.rated, sentInTime: result.rated.due / 2 } }),
  })
  const lateGenerator = (result: LoadResult): LoadResult => ({
    ...result,
    ...(result.rated && { rated: { ...result.rated, generatorDelay: times(result, 60) } }),
  })
  const times = ({ histogram: { count } }: LoadResult, ms: number) => ({
    count,
    min: ms,
    max: ms,
    mean: ms,
    buckets: [{ start: ms, end: ms, count }],
  })
  const onlyOf =
    (kind: string, change: (result: LoadResult) => LoadResult) => (result: LoadResult, name: string) =>
      name === kind ? change(result) : result

  it.each([
    ['a response that is no success', onlyOf('invoke', failing), 'failed', 1, 'dapr.success'],
    ["Dapr's rate that is missed", onlyOf('invoke', missingRate), 'failed', 1, 'dapr.rate'],
    ['the rate of the baseline', onlyOf('app', missingRate), 'not valid', 3, 'baseline.rate'],
    ['a late load generator', onlyOf('invoke', lateGenerator), 'not valid', 3, 'dapr.generator'],
  ] as const)('of %s is decided by its check', async (_, change, outcome, exitCode, id) => {
    const world = new World({}, { change })
    expect((await world.run()).exitCode).toBe(exitCode)
    const result = world.resultOf()
    expect(result.outcome).toBe(outcome)
    expect(result.checks.filter(({ passed }) => !passed).map((check) => check.id)).toEqual([id])
    expect(world.events).toContain(`one: ${outcome}`)
  })

  it.each([
    [0, 'passed', 0],
    [1, 'failed', 1],
  ] as const)('with %i restarts is %s', async (restarts, outcome, exitCode) => {
    const world = new World({ restarts })
    expect((await world.run()).exitCode).toBe(exitCode)
    expect(world.resultOf().outcome).toBe(outcome)
  })

  it.each([
    [false, 'passed', 0],
    [true, 'failed', 1],
  ] as const)(
    'of a budget that is not met, enforced: %s, is %s',
    async (enforceBudget, outcome, exitCode) => {
      const world = new World({}, { ms: { invoke: 5 } })
      const budget = { percentile: 50, addedMs: 1 }
      expect((await world.run({ one: { budget } }, { enforceBudget })).exitCode).toBe(exitCode)
      expect(world.resultOf()).toMatchObject({ outcome, budget: { passed: false, enforced: enforceBudget } })
    },
  )

  it('of a check of the case that is not met is failed', async () => {
    const world = new World()
    const verify = () => [{ id: 'own', name: 'own', passed: false, detail: 'no' }]
    expect((await world.run({ one: { verify } })).exitCode).toBe(1)
    expect(world.resultOf().outcome).toBe('failed')
  })
})
