import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'
import { describe, expect, it } from 'vitest'
import { compare } from '../../src/compare/compare.js'
import { testapp, tester } from '../../src/description/apps.js'
import { type ParamOptions, readParamOverrides } from '../../src/description/params.js'
import { target } from '../../src/description/target.js'
import { measure } from '../../src/measure/measure.js'
import { leastEffect, World } from '../fakes/harness.js'

/** A and B take the same time; B's daprd needs more CPU time for a request if asked for. */
const equal = (cost = 1) => new World({ cost: { '/fake/b': cost } }, { ms: { a: 2, b: 2 } })
describe('a comparison', () => {
  it('says how far it is, from its trial block to its end', async () => {
    const world = equal()
    await world.compare({ one: {} }, { blocks: 8 })
    expect(world.events).toEqual([
      'run of one',
      'one: a trial block',
      ...Array.from({ length: 8 }, (_, index) => `one: blocks ${index} of 8`),
      'tearing down',
      'torn down after … s',
      'one: not slower',
      'end of 1',
    ])
    expect(world.platform.running).toEqual([])
  })

  it('starts the shared apps once, and the sidecars of both variants anew for each block', async () => {
    const world = equal()
    const seen: string[][] = []
    const look = () => seen.push(world.platform.running)
    world.platform.at('ready', look)
    for (const time of [2, 4, 6]) world.engine.at('load', look, time) // those after the warm-ups
    for (const time of [1, 2]) world.platform.at('start a', () => seen.push(world.platform.running), time)
    await world.compare({ one: { apps: [testapp({ daprEnabled: true }), tester()] } })
    const apps = ['testapp', 'tester']
    const sidecarsOf = (name: string) => apps.map((app) => `${name}: ${app}'s sidecar`)
    const both = [...sidecarsOf('a'), ...sidecarsOf('b'), ...apps]
    expect(seen.filter((names) => names.length === 6)).toEqual([both, both, both])
    expect(seen[0]).toEqual(apps)
    expect(world.platform.timesAt('start a')).toBe(9)
    expect(world.platform.timesAt('end b')).toBe(9)
  })

  it('warns of a variant whose connections did not stay open', async () => {
    const world = new World(
      {},
      {
        ms: { a: 2, b: 2 },
        change: (result, name) =>
          name === 'b'
            ? { ...result, extraConnections: { opened: result.histogram.count, sentAgain: 0 } }
            : result,
      },
    )
    await world.compare()
    expect(world.abResultOf().warnings).toEqual([
      'B: 100 % of the requests needed a new connection, and its times include that',
    ])
  })

  it('stores each block as soon as it has ended, and the result before the session ends', async () => {
    const world = equal()
    const seen: string[] = []
    const look = () => {
      const hasResult = existsSync(join(world.folderOf(), 'result.json'))
      seen.push([...world.stored(), ...(hasResult ? ['result'] : [])].join(' '))
    }
    world.platform.at('ready', look)
    for (const time of [1, 2, 3]) world.platform.at('ready a', look, time)
    world.platform.at('dispose', look)
    await world.compare()
    const begun = 'ab environment environment block 0 plan'
    const blocks = Array.from({ length: 8 }, (_, index) => `block ${index + 1}`).join(' ')
    expect(seen).toEqual(['ab', 'ab', begun, `${begun} block 1`, `${begun} ${blocks} ab-end result`])
    expect(world.stored().at(-1)).toBe('ab-end')
    expect(world.runFile()).toMatchObject({ command: 'ab', cases: ['one'] })
  })

  it("has each block's file with the engine's output, and the logs of the last block only", async () => {
    const world = equal()
    await world.compare()
    const blocks = Array.from({ length: 8 }, (_, index) => `block-${index + 1}`)
    expect(readdirSync(join(world.folderOf(), 'fake')).sort()).toEqual(
      [...blocks, 'trial'].map((name) => `${name}.json`),
    )
    const logs = readdirSync(join(world.folderOf(), 'logs'), { withFileTypes: true })
    expect(logs.filter((one) => one.isDirectory()).map(({ name }) => name)).toEqual(['block-8'])
  })

  it('draws who is first, in starting and in loading, so that each is both', async () => {
    const world = equal()
    await world.compare({ one: {} }, { blocks: 24, minEffect: leastEffect(0.0001) })
    const { blocks } = world.abResultOf()
    expect(blocks).toHaveLength(24)
    for (const field of ['startedFirst', 'loadedFirst'] as const)
      expect(new Set(blocks.map((block) => block[field]))).toEqual(new Set(['a', 'b']))
  })

  it('gives each variant its own daprd and settings', async () => {
    const world = equal()
    const settings = {
      configuration: { tracing: { samplingRate: '1' } },
      env: { GOGC: '50', DAPR_API_TOKEN: 's3cret' },
      args: { 'app-max-concurrency': '10' },
      resources: [],
    }
    await world.compare({ one: {} }, { b: { given: { label: '--b', text: '1.18.2' }, settings } })
    const { a, b } = world.abResultOf().sides
    expect(a.environment).toMatchObject({
      programs: { daprd: { path: '/fake/a' } },
      dapr: { tracing: false },
    })
    expect(b.environment).toMatchObject({ programs: { daprd: { path: '/fake/b' } }, dapr: { tracing: true } })
    expect(b.env).toEqual({ GOGC: '50', DAPR_API_TOKEN: '***' })
    expect(b.args).toEqual({ 'app-max-concurrency': '10' })
    expect(a).not.toHaveProperty('args')
  })

  it('tells what goes on in each block, and of which variant', async () => {
    const world = equal()
    await world.compare()
    for (const block of [0, 1, 8])
      for (const variant of ['a', 'b'])
        expect(world.ofBlocks).toContain(`block ${block}: ${variant}: waiting for tester's sidecar`)
    expect(world.ofBlocks).toContain('block 8: load of both variants')
  })

  it('of several cases shares the false alarms among them', async () => {
    const world = equal()
    const { ends } = await world.compare({ one: {}, two: {} })
    expect(ends.map(({ result }) => result.plan?.alpha)).toEqual([0.025, 0.025])
  })
})

describe('a comparison ends', () => {
  it.each([
    ['not slower', 1, 0, 0],
    ['slower', 1.3, 1, 1],
  ] as const)('at the first look that decides: %s', async (outcome, cost, exitCode, bisectCode) => {
    const world = equal(cost)
    const codes = await world.compare({ one: {} }, { blocks: 40 })
    expect(codes).toMatchObject({ exitCode, bisectCode })
    const result = world.abResultOf()
    expect(result).toMatchObject({ end: 'decided', outcome })
    expect(result.blocks).toHaveLength(10) // a quarter of those planned
  })

  it('of a B that is slower', async () => {
    const world = new World({}, { ms: { a: 2, b: 2.5 } })
    expect((await world.compare()).exitCode).toBe(1)
    const { answers, outcome } = world.abResultOf()
    expect(outcome).toBe('slower')
    expect(answers.p50?.change.estimate).toBeCloseTo(0.25, 1)
    expect(answers.cpu?.verdict).toBe('no difference of X or more')
  })

  it('of a B that is faster is not slower', async () => {
    const world = new World({}, { ms: { a: 2.5, b: 2 } })
    expect((await world.compare()).exitCode).toBe(0)
    expect(world.abResultOf().answers.p50?.verdict).toBe('faster')
  })

  it("after all of its blocks, where it can't tell", async () => {
    const world = equal()
    const { exitCode, bisectCode } = await world.compare(
      { one: {} },
      { blocks: 10, minEffect: leastEffect(0.0001) },
    )
    expect([exitCode, bisectCode]).toEqual([3, 125])
    expect(world.abResultOf()).toMatchObject({ end: 'blocks', outcome: "can't tell" })
    expect(world.abResultOf().blocks).toHaveLength(10)
  })
})

describe('a case with a test function of its own', () => {
  const test = {
    test: async (context: Parameters<typeof measure>[0]) =>
      compare(await measure(context, { dapr: target.invoke('testapp', 'test') })),
  }

  it('is run whole for each variant, one after the other', async () => {
    const world = equal(1.3)
    const seen: string[] = []
    const look = () => seen.push(world.platform.running.map((name) => name[0]).join(''))
    for (const time of [2, 4]) world.engine.at('load', look, time)
    const { exitCode } = await world.compare({ one: test })
    expect(seen.sort()).toEqual(['aatt', 'bbtt'])
    expect(exitCode).toBe(1)
    const { blocks } = world.abResultOf()
    expect(blocks[0]?.slices).toBeUndefined()
    expect(blocks[0]?.variants.a.requests).toBe(200)
    expect(readdirSync(join(world.folderOf(), 'fake'))).toContain('block-8-b-dapr-1.json')
  })

  it('that measures no load of the variant is the failure of that variant', async () => {
    const world = equal()
    const without = {
      test: async () => compare({ targets: {}, loads: [], sent: {}, warmUpBodyBytes: {} }),
    }
    const { exitCode } = await world.compare({ one: without })
    expect(exitCode).toBe(4)
    expect(world.abResultOf().error).toMatch(/^variant [ab]: the case's test function has measured no load/)
  })
})

describe('the arrivals of the load', () => {
  const arrivalsWith = async (flags: ParamOptions) => {
    const world = equal()
    world.platform.at('open', () => Promise.reject(new DaprPerfError('no platform')))
    await world.compare({ one: {} }, { params: readParamOverrides({}, flags) })
    const { arrivals, params } = world.abResultOf()
    expect(params).not.toHaveProperty('arrivals')
    return arrivals
  }

  it.each([
    ["are the case's", {}, 'uniform'],
    ['are those that override them', { arrivals: 'poisson' }, 'poisson'],
    ['are none without a target rate, where nothing is due', { qps: 0 }, undefined],
  ] as [string, ParamOptions, string | undefined][])('%s', async (_, flags, expected) => {
    expect(await arrivalsWith(flags)).toBe(expected)
  })
})
