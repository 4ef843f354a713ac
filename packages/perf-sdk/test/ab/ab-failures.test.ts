import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DaprPerfError, InputError, VariantError } from '@dapr-perf/errors'
import { describe, expect, it } from 'vitest'
import type { TestContext } from '../../src/case/test-context.js'
import { compare } from '../../src/compare/compare.js'
import { testapp, tester } from '../../src/description/apps.js'
import { target } from '../../src/description/target.js'
import { measure } from '../../src/measure/measure.js'
import type { LoadResult } from '../../src/model/load.js'
import { hasFullDisk, leastEffect, World } from '../fakes/harness.js'

/** Lets something happen at a step of a comparison. */
type Step = (world: World, action: () => unknown) => Parameters<World['compare']>[0] | undefined

const atPlatform =
  (point: string, time = 1): Step =>
  ({ platform }, action) =>
    void platform.at(point, action, time)
const atLoad =
  (time: number): Step =>
  ({ engine }, action) =>
    void engine.at('load', action, time)

const begun = 'ab environment environment block 0 plan'

/** Calls the action for the third variant that is prepared or verified, which is in the first block after the trial. */
const inThird = (action: () => unknown) => {
  let times = 0
  return async () => {
    times++
    if (times === 3) await action()
    return []
  }
}

/** Every step of a comparison, whose fault a failure there is, and what is stored of it. */
const steps: [name: string, step: Step, isOf: 'b' | undefined, stored: string][] = [
  ['opening the session', atPlatform('open'), undefined, 'ab ab-end'],
  ['starting the shared apps', atPlatform('ready'), undefined, 'ab ab-end'],
  ['starting a variant', atPlatform('start b', 2), undefined, `${begun} ab-end`],
  ['waiting for a variant', atPlatform('ready b', 2), 'b', `${begun} ab-end`],
  ['the trial block', atLoad(1), undefined, 'ab environment environment ab-end'],
  ['the warm-up of a block', atLoad(3), undefined, `${begun} ab-end`],
  ['the load of the second block', atLoad(6), undefined, `${begun} block 1 ab-end`],
  ['reading counters', atPlatform('counters b', 3), 'b', `${begun} ab-end`],
]

const broken = () => {
  throw new DaprPerfError('it broke')
}

describe('a failure', () => {
  it.each(steps)(
    'at %s ends the comparison with its error, and leaves nothing running',
    async (_, step, of, stored) => {
      const world = new World()
      const { ends, exitCode, bisectCode } = await world.compare(step(world, broken))
      expect(exitCode).toBe(4)
      expect(bisectCode).toBe(of === 'b' ? 125 : 128)
      expect(ends[0]?.error?.message).toBe(of ? `variant ${of}: it broke` : 'it broke')
      expect(world.platform.running).toEqual([])
      expect(world.stored().join(' ')).toBe(stored)
      expect(world.abResultOf()).toMatchObject({
        outcome: 'error',
        end: 'error',
        error: ends[0]?.error?.message,
      })
      expect(world.events).toContain('one could not be finished')
    },
  )

  it.each(['prepare', 'verify'])("of the case's %s is that of the variant", async (name) => {
    const world = new World()
    const { ends, exitCode } = await world.compare({ one: { [name]: inThird(broken) } })
    expect(exitCode).toBe(4)
    expect(ends[0]?.error).toBeInstanceOf(VariantError)
    expect(world.abResultOf().error).toMatch(/^variant [ab]: it broke/)
    expect(world.stored().join(' ')).toBe(`${begun} ab-end`)
    expect(world.platform.running).toEqual([])
  })

  it.each(steps)('of wrong input at %s is exit code 2', async (_, step) => {
    const world = new World()
    const wrong = () => {
      throw new InputError('wrong')
    }
    expect(await world.compare(step(world, wrong))).toMatchObject({ exitCode: 2, bisectCode: 128 })
    expect(world.abResultOf()).toMatchObject({ outcome: 'error', error: 'wrong' })
  })

  it('of one case leaves the others alone', async () => {
    const world = new World()
    world.platform.at('ready', broken, 2)
    const { exitCode } = await world.compare({ one: {}, two: {}, three: {} })
    expect(exitCode).toBe(4)
    const outcomes = ['one', 'two', 'three'].map((name) => world.abResultOf(name).outcome)
    expect(outcomes).toEqual(['not slower', 'error', 'not slower'])
    expect(world.platform.running).toEqual([])
  })

  it('of one case does not hide that B is slower in another one', async () => {
    const world = new World({}, { ms: { a: 2, b: 3 } })
    world.platform.at('ready', broken, 2)
    expect((await world.compare({ one: {}, two: {} })).exitCode).toBe(1)
  })

  it('to tear down keeps the answer', async () => {
    const world = new World()
    world.platform.at('dispose', broken)
    expect((await world.compare()).exitCode).toBe(0)
    expect(world.abResultOf().outcome).toBe('not slower')
    expect(world.events.join('\n')).toMatch(/teardown failed: it broke\n.*dapr-perf clean/)
  })

  it('to end the sidecars of a block ends the comparison, and keeps the blocks before it', async () => {
    const world = new World()
    world.platform.at('end b', broken, 4)
    expect((await world.compare()).exitCode).toBe(4)
    expect(world.abResultOf().blocks).toHaveLength(2)
    expect(world.platform.running).toEqual([])
  })
})

describe('a variant', () => {
  it.each(['a', 'b'])('that dies in a load is named: %s', async (name) => {
    const world = new World()
    world.engine.at(
      'load',
      () => {
        world.platform.die(`${name}: tester's sidecar`)
        throw new Error('socket hang up') // what it causes
      },
      6,
    )
    const { ends, exitCode, bisectCode } = await world.compare()
    expect(exitCode).toBe(4)
    expect(bisectCode).toBe(name === 'b' ? 125 : 128)
    expect(ends[0]?.error).toBeInstanceOf(VariantError)
    expect(world.abResultOf()).toMatchObject({
      outcome: 'error',
      error: `variant ${name}: ${name}: tester's sidecar exited with code 1`,
    })
    expect(world.abResultOf().blocks).toHaveLength(1)
    expect(world.platform.running).toEqual([])
  })

  it('whose requests fail is named, with what came of them', async () => {
    const change = (result: LoadResult, name: string): LoadResult => {
      const { count } = result.histogram
      return name === 'b' ? { ...result, outcomes: [{ code: '500', kind: 'failure', count }] } : result
    }
    const world = new World({}, { change })
    expect(await world.compare()).toMatchObject({ exitCode: 4, bisectCode: 125 })
    expect(world.abResultOf().error).toBe(
      'variant b: dapr: every response is a success: 150 of 150 failed: 150 × 500',
    )
  })

  it('that is refused by the engine is named', async () => {
    const world = new World()
    world.engine.at('load', () => Promise.reject(new VariantError('b', 'it answered 404')))
    expect((await world.compare()).bisectCode).toBe(125)
    expect(world.abResultOf().error).toBe('variant b: it answered 404')
  })

  it('may be as slow as it is', async () => {
    const change = (result: LoadResult): LoadResult => ({
      ...result,
      ...(result.rated && { rated: { ...result.rated, sentInTime: 75, late: { count: 75, worstMs: 9 } } }),
    })
    expect((await new World({}, { change }).compare()).exitCode).toBe(0)
  })
})

describe('the load generator', () => {
  const late = (result: LoadResult): LoadResult => {
    const { count } = result.histogram
    const generatorDelay = { count, min: 60, max: 60, mean: 60, buckets: [{ start: 60, end: 60, count }] }
    return { ...result, ...(result.rated && { rated: { ...result.rated, generatorDelay } }) }
  }

  it('that is the limit is the error, and the fault of neither variant', async () => {
    const world = new World({}, { change: late })
    const { ends, exitCode, bisectCode } = await world.compare()
    expect([exitCode, bisectCode]).toEqual([4, 128])
    expect(ends[0]?.error).not.toBeInstanceOf(VariantError)
    expect(world.abResultOf().error).toMatch(/^the load generator was the limit/)
    expect(world.platform.running).toEqual([])
  })

  it('that is the limit of a test function is the error, too', async () => {
    const world = new World({}, { change: late })
    const test = async (context: TestContext) =>
      compare(await measure(context, { dapr: target.invoke('testapp', 'test') }))
    expect((await world.compare({ one: { test } })).bisectCode).toBe(128)
    expect(world.abResultOf().error).toMatch(/^the load generator was the limit/)
  })
})

describe('an interrupt', () => {
  it.each(steps)('at %s ends the comparison with 130 after teardown', async (_, step, _of, stored) => {
    const world = new World()
    const cases = step(world, () => {
      world.interrupt()
      world.signal.throwIfAborted()
    })
    const { ends, exitCode, bisectCode } = await world.compare({ ...(cases ?? { one: {} }), two: {} })
    expect([exitCode, bisectCode]).toEqual([130, 130])
    expect(ends).toHaveLength(1)
    expect(world.platform.running).toEqual([])
    expect(world.stored().join(' ')).toBe(stored)
    expect(world.abResultOf()).toMatchObject({ outcome: 'interrupted', error: 'interrupted by SIGINT' })
    expect(world.events).not.toContain('one could not be finished')
    expect(world.runFile().cases).toEqual(['one', 'two'])
  })

  it('keeps the blocks until then, and the answers of the last look', async () => {
    const world = new World({}, { ms: { a: 2, b: 2.02 } })
    world.engine.at('load', world.interrupt, 26) // of the twelfth block
    await world.compare(undefined, { blocks: 40, minEffect: leastEffect(0.0001) })
    const { blocks, answers, plan, trial } = world.abResultOf()
    expect([blocks.length, answers.p50?.look.blocks, plan?.blocks]).toEqual([11, 10, 40])
    expect(trial).toBeDefined()
  })

  it('during teardown keeps the answer, and starts no other case', async () => {
    const world = new World()
    world.platform.at('dispose', world.interrupt)
    const { ends, exitCode } = await world.compare({ one: {}, two: {} })
    expect([ends.length, exitCode]).toEqual([1, 130])
    expect(world.abResultOf().outcome).toBe('not slower')
  })
})

it('what the case has to undo is undone before its variant ends, in each block', async () => {
  const world = new World()
  const undone: string[] = []
  const prepare = async ({ apps, onFinished }: TestContext) => {
    const [, name] = /([ab])%3A/.exec(apps.get('tester')?.sidecar?.http ?? '') ?? []
    onFinished(async () => {
      const runs = world.platform.running.includes(`${name}: tester's sidecar`)
      undone.push(`${name} ${runs ? 'running' : 'ended'}`)
    })
  }
  world.engine.at('load', broken, 6)
  await world.compare({ one: { prepare } })
  // Of the trial, of the first block, and of the second one, which failed.
  expect(undone.sort()).toEqual([...Array(3).fill('a running'), ...Array(3).fill('b running')])
})

describe('a variant that can not be ended', () => {
  const fails = (message: string) => () => {
    throw new DaprPerfError(message)
  }

  it('is the error of a block that has not failed before, and the other variant is ended, too', async () => {
    const world = new World()
    world.platform.at('end b', fails('no connection'), 2)
    const { ends } = await world.compare()
    expect(ends[0]?.error?.message).toBe('no connection')
    expect(world.stored().join(' ')).toBe(`${begun} ab-end`)
  })

  it('does not hide what a block has failed with', async () => {
    const world = new World()
    world.engine.at('load', fails('the load broke'), 4)
    world.platform.at('end b', fails('no connection'), 2)
    const { ends } = await world.compare()
    expect(ends[0]?.error?.message).toBe('the load broke')
    expect(world.abResultOf().error).toBe('the load broke\nAfter that, this failed, too: no connection')
  })

  it('does not hide what a check of the other variant, or the reading of its counters, has failed with', async () => {
    for (const [point, time] of [
      ['ready b', 2],
      ['counters b', 3],
      ['counters b', 4],
    ] as const) {
      const world = new World()
      world.platform.at(point, fails('it broke'), time)
      world.platform.at('end a', fails('no connection'), 2)
      const { bisectCode } = await world.compare()
      expect(bisectCode).toBe(125) // the variant's, and not the platform's
      expect(world.abResultOf().error).toBe(
        'variant b: it broke\nAfter that, this failed, too: no connection',
      )
    }
  })

  it("does not hide what a case's own test function has failed with", async () => {
    const world = new World()
    world.platform.at('end a', fails('no connection'))
    world.platform.at('end b', fails('no connection'))
    const { ends } = await world.compare({ one: { targets: undefined, test: fails('it broke') } as never })
    expect(ends[0]?.error?.message).toMatch(/^variant [ab]: it broke/)
  })
})

it('what a variant prepares while the other one fails to get ready is undone, too', async () => {
  const world = new World()
  const [prepared, undone] = [[] as string[], [] as string[]]
  let goOn = () => {}
  const ofOther = new Promise<void>((resolve) => {
    goOn = resolve
  })
  let times = 0
  const prepare = async ({ onFinished }: TestContext) => {
    times++
    if (times !== 3) return // A's in the first block
    await ofOther
    await new Promise(setImmediate)
    prepared.push('a')
    onFinished(async () => undone.push('a'))
  }
  world.platform.at(
    'ready b',
    () => {
      goOn()
      return broken()
    },
    2,
  )
  const { ends } = await world.compare({ one: { prepare } })
  expect(ends[0]?.error?.message).toBe('variant b: it broke')
  expect([prepared, undone]).toEqual([['a'], ['a']])
})

it('what is read of a variant while that of the other one fails is awaited before both are ended', async () => {
  const world = new World()
  const steps: string[] = []
  world.platform.at('counters b', broken, 3)
  world.platform.at(
    'counters a',
    async () => {
      await new Promise(setImmediate)
      steps.push('read a')
    },
    3,
  )
  world.platform.at('end a', () => steps.push('end a'), 2)
  const { ends } = await world.compare()
  expect(ends[0]?.error?.message).toBe('variant b: it broke')
  expect(steps).toEqual(['read a', 'end a'])
})

it("initApps of a variant that do not become ready are the variant's failure", async () => {
  const world = new World()
  world.platform.at('ready b', broken, 2)
  const apps = { initApps: [testapp({ daprEnabled: true })], apps: [tester()] }
  const { ends, bisectCode } = await world.compare({ one: apps })
  expect(ends[0]?.error?.message).toBe('variant b: it broke')
  expect(bisectCode).toBe(125)
  expect(world.platform.running).toEqual([])
})

describe('a folder that can not be written', () => {
  it.runIf(hasFullDisk)('is a full disk: that is the error, and the blocks before it are kept', async () => {
    const world = new World()
    world.engine.at('load', () => world.fillDiskOf('observations.jsonl'), 6)
    const { ends, exitCode, bisectCode } = await world.compare()
    expect([exitCode, bisectCode]).toEqual([4, 128])
    expect(ends[0]?.error?.message).toMatch(/observations\.jsonl: no space left on its disk/)
    expect(ends[0]?.result).toMatchObject({ outcome: 'error', error: ends[0]?.error?.message })
    expect(world.platform.running).toEqual([])
  })

  it.runIf(hasFullDisk)('does not hide the error before it', async () => {
    const world = new World()
    world.engine.at('load', () => {
      world.fillDiskOf('observations.jsonl')
      throw new DaprPerfError('it broke')
    })
    const { ends } = await world.compare()
    expect(ends[0]?.error?.message).toBe('it broke')
    expect(ends[0]?.result).toMatchObject({ outcome: 'error', error: 'it broke' })
  })

  it.runIf(hasFullDisk)('ends a comparison in an error that could not store its answer', async () => {
    const world = new World()
    world.platform.at('end b', () => world.fillDiskOf('result.json.unfinished'), 9) // the trial is the first
    const { ends, exitCode } = await world.compare()
    expect(exitCode).toBe(4)
    expect(ends[0]?.error?.message).toMatch(/result\.json: no space left on its disk/)
    expect(ends[0]?.result).toMatchObject({ outcome: 'error', error: ends[0]?.error?.message })
    expect(ends[0]?.result.blocks).toHaveLength(8)
  })

  it("that of the engine's output ends it with the reason", async () => {
    const world = new World()
    world.platform.at('open', () => {
      mkdirSync(world.folderOf(), { recursive: true })
      writeFileSync(join(world.folderOf(), 'fake'), 'a file in its place')
    })
    const { ends, exitCode } = await world.compare()
    expect(exitCode).toBe(4)
    expect(ends[0]?.error?.message).toMatch(/^cannot write .*fake\/trial\.json/)
    expect(world.platform.running).toEqual([])
  })
})
