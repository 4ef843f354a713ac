import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppDiedError, DaprPerfError, InputError } from '@dapr-perf/errors'
import { describe, expect, it } from 'vitest'
import type { TestContext } from '../../src/case/test-context.js'
import { hasFullDisk, World } from '../fakes/harness.js'

/** Lets something happen at a step of a run. */
type Step = (world: World, action: () => unknown) => Parameters<World['run']>[0] | undefined

const atPlatform =
  (point: string): Step =>
  ({ platform }, action) =>
    void platform.at(point, action)
const atLoad =
  (time: number): Step =>
  ({ engine }, action) =>
    void engine.at('load', action, time)

/** Every step of a run, and what is stored of it if it fails. */
const steps: [name: string, step: Step, stored: string][] = [
  ['opening the session', atPlatform('open'), 'run end'],
  [
    'providing a resource',
    ({ platform }, action) => {
      platform.at('use', action)
      return { one: { components: [{ name: 'store', typeName: 'state' }] } }
    },
    'run end',
  ],
  ['starting the apps', atPlatform('ready'), 'run end'],
  ['reading the environment', atPlatform('environment'), 'run end'],
  ['prepare', (_, action) => ({ one: { prepare: async () => action() } }), 'run environment end'],
  ['the warm-up', atLoad(2), 'run environment end'],
  ['the first load', atLoad(3), 'run environment end'],
  ['the last load', atLoad(6), 'run environment load load load end'],
  [
    'verify',
    (_, action) => ({
      one: {
        verify: async () => {
          await action()
          return []
        },
      },
    }),
    'run environment load load load load end',
  ],
  [
    'a test function',
    (_, action) => ({
      one: {
        test: async () => {
          await action()
          throw new Error('not reached')
        },
      },
    }),
    'run environment end',
  ],
  ['counting restarts', atPlatform('restarts'), 'run environment load load load load end'],
]

const stateStore = 'redis' as const

describe('a failure', () => {
  it.each(steps)(
    'at %s ends the case with its error, and leaves nothing running',
    async (_, step, stored) => {
      const world = new World()
      const cases = step(world, () => {
        throw new DaprPerfError('it broke')
      })
      const { ends, exitCode } = await world.run(cases, { stateStore })
      expect(exitCode).toBe(1)
      expect(ends[0]?.error?.message).toMatch(/it broke$/)
      expect(world.platform.running).toEqual([])
      expect(world.stored().join(' ')).toBe(stored)
      expect(world.resultOf()).toMatchObject({ outcome: 'error', error: ends[0]?.error?.message })
      expect(world.events).toContain('one could not be finished')
      expect(world.events.slice(-2)).toEqual(['one: error', 'end of 1'])
    },
  )

  it.each(steps)('of wrong input at %s is exit code 2', async (_, step) => {
    const world = new World()
    const cases = step(world, () => {
      throw new InputError('wrong')
    })
    expect((await world.run(cases, { stateStore })).exitCode).toBe(2)
    expect(world.resultOf()).toMatchObject({ outcome: 'error', error: 'wrong' })
  })

  it('of one case leaves the others alone', async () => {
    const world = new World()
    world.platform.at('ready', () => Promise.reject(new DaprPerfError('it broke')), 2)
    const { exitCode } = await world.run({ one: {}, two: {}, three: {} })
    expect(exitCode).toBe(1)
    const outcomes = ['one', 'two', 'three'].map((name) => world.resultOf(name).outcome)
    expect(outcomes).toEqual(['passed', 'error', 'passed'])
    expect(world.events.at(-1)).toBe('end of 3')
    expect(world.platform.running).toEqual([])
  })

  it('of one case counts more than a load that was not valid', async () => {
    const world = new World({ restarts: 0 }, { change: (result) => ({ ...result, outcomes: [] }) })
    world.platform.at('open', () => Promise.reject(new InputError('wrong')), 2)
    expect((await world.run({ one: {}, two: {} })).exitCode).toBe(2)
  })

  it('to tear down is told, and does not change the outcome', async () => {
    const world = new World()
    world.platform.at('dispose', () => Promise.reject(new DaprPerfError('no connection')))
    expect((await world.run()).exitCode).toBe(0)
    expect(world.resultOf().outcome).toBe('passed')
    expect(world.events.join('\n')).toMatch(/teardown failed: no connection\n.*dapr-perf clean/)
    expect(world.platform.running).not.toEqual([])
  })

  it('to tear down does not hide the error before it', async () => {
    const world = new World()
    world.engine.at('load', () => Promise.reject(new DaprPerfError('it broke')))
    world.platform.at('dispose', () => Promise.reject(new DaprPerfError('no connection')))
    const { ends } = await world.run()
    expect(ends[0]?.error?.message).toContain('it broke')
  })
})

describe('an app that dies', () => {
  it.each(['testapp', "testapp's sidecar", 'tester', "tester's sidecar"])(
    'during a load is the error: %s',
    async (name) => {
      const world = new World()
      world.engine.at(
        'load',
        () => {
          world.platform.die(name)
          throw new Error('socket hang up') // what it causes
        },
        4,
      )
      const { ends, exitCode } = await world.run()
      expect(exitCode).toBe(1)
      expect(ends[0]?.error).toBeInstanceOf(AppDiedError)
      expect(world.resultOf().error).toBe(`${name} exited with code 1`)
      expect(world.resultOf().loads).toHaveLength(1)
      expect(world.platform.running).toEqual([])
    },
  )

  it("in prepare aborts the case's signal, and is the error, whatever it causes", async () => {
    const world = new World()
    const prepare = async ({ signal }: TestContext) => {
      world.platform.die('testapp')
      world.events.push(`aborted: ${signal.aborted}`)
      throw new Error('socket hang up')
    }
    await world.run({ one: { prepare } })
    expect(world.events).toContain('aborted: true')
    expect(world.resultOf().error).toBe('testapp exited with code 1')
  })
})

describe('an interrupt', () => {
  it.each(steps)('at %s ends the run with 130 after teardown', async (_, step, stored) => {
    const world = new World()
    const cases = step(world, () => {
      world.interrupt()
      world.signal.throwIfAborted()
    })
    const { ends, exitCode } = await world.run({ ...(cases ?? { one: {} }), two: {} }, { stateStore })
    expect(exitCode).toBe(130)
    expect(ends).toHaveLength(1)
    expect(world.platform.running).toEqual([])
    expect(world.stored().join(' ')).toBe(stored)
    expect(world.resultOf()).toMatchObject({ outcome: 'interrupted', error: 'interrupted by SIGINT' })
    expect(world.events).not.toContain('one could not be finished')
    expect(world.runFile().cases).toEqual(['one', 'two'])
  })

  it('that only breaks a connection is shown as an interrupt', async () => {
    const world = new World()
    world.engine.at('load', () => {
      world.interrupt()
      throw new Error('socket hang up')
    })
    await world.run()
    expect(world.resultOf()).toMatchObject({ outcome: 'interrupted', error: 'interrupted by SIGINT' })
  })

  it('during teardown keeps the outcome, and starts no other case', async () => {
    const world = new World()
    world.platform.at('dispose', world.interrupt)
    const { ends, exitCode } = await world.run({ one: {}, two: {} })
    expect(exitCode).toBe(130)
    expect(ends.map(({ result }) => result.outcome)).toEqual(['passed'])
    expect(world.platform.running).toEqual([])
  })
})

describe('what a case has to undo', () => {
  const broken = async () => {
    throw new DaprPerfError('it broke')
  }
  it.each([
    ['without a failure', {}],
    ['after a failure of its test', { test: broken }],
    ['after a failure of verify', { verify: broken }],
  ])('is undone before teardown, the last step first, %s', async (_, description) => {
    const world = new World()
    await world.run({ one: { ...description, prepare: async (test) => prepareTwice(world, test) } })
    const apps = "testapp, testapp's sidecar, tester, tester's sidecar"
    const undone = world.events.filter((text) => /^(undone|tearing)/.test(text))
    expect(undone).toEqual([`undone second with ${apps}`, `undone first with ${apps}`, 'tearing down'])
  })

  it('is undone after a failure in prepare itself, and after an interrupt', async () => {
    for (const end of [broken, async (world: World) => world.interrupt()]) {
      const world = new World()
      const prepare = async (test: TestContext) => {
        prepareTwice(world, test)
        await end(world)
      }
      await world.run({ one: { prepare } })
      expect(world.events.filter((text) => text.startsWith('undone'))).toHaveLength(2)
    }
  })

  it('that fails keeps neither the other steps nor the outcome', async () => {
    const world = new World()
    const prepare = async (test: TestContext) => {
      prepareTwice(world, test)
      test.onFinished(broken)
    }
    expect((await world.run({ one: { prepare } })).exitCode).toBe(0)
    expect(world.events.filter((text) => text.startsWith('undone'))).toHaveLength(2)
  })

  it('that a part of prepare adds once another part has failed is refused before it does anything', async () => {
    const world = new World()
    let begin = () => {}
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    const done: string[] = []
    const prepare = async (test: TestContext) => {
      const late = begun.then(() => {
        test.onFinished(async () => done.push('undone'))
        done.push('saved')
      })
      const ended = late.catch((error) => done.push(error.message))
      test.onFinished(() => {
        begin()
        return ended
      })
      await Promise.all([late, broken()])
    }
    const { ends } = await world.run({ one: { prepare } })
    expect(ends[0]?.error?.message).toBe('it broke')
    expect(done).toEqual([expect.stringContaining('onFinished was called after the end'), 'undone'])
  })

  function prepareTwice({ events, platform }: World, test: TestContext) {
    for (const name of ['first', 'second'])
      test.onFinished(async () => events.push(`undone ${name} with ${platform.running.join(', ')}`))
  }
})

describe('a folder that can not be written', () => {
  it.each([
    ["of the case's results", 'one', 'one/logs'],
    ['of its logs', 'one/logs', 'one/logs'],
    ["of the engine's output", 'one/fake', 'one/fake/baseline-1.json'],
  ])('ends the case with the reason: %s', async (_, path, named) => {
    const world = new World()
    const onRunStart = ({ folder }: { folder: string }) => {
      mkdirSync(join(folder, path, '..'), { recursive: true })
      writeFileSync(join(folder, path), 'a file in its place')
    }
    const { ends, exitCode } = await world.run(undefined, { reporters: [{ onRunStart }] })
    expect(exitCode).toBe(1)
    expect(ends[0]?.error?.message).toMatch(new RegExp(`^cannot write .*/${named}: `))
    expect(ends[0]?.result.outcome).toBe('error')
    expect(world.platform.running).toEqual([])
  })

  it.runIf(hasFullDisk)('is a full disk: that is the error, whatever fails after it', async () => {
    const world = new World()
    world.engine.at('load', () => world.fillDiskOf('observations.jsonl'), 4)
    const { ends, exitCode } = await world.run({ one: {}, two: {} })
    expect(exitCode).toBe(1)
    expect(ends.map(({ result }) => result.outcome)).toEqual(['error', 'passed'])
    expect(ends[0]?.error?.message).toMatch(/observations\.jsonl: no space left on its disk/)
    expect(ends[0]?.result.loads).toHaveLength(2)
    expect(world.platform.running).toEqual([])
  })

  it.runIf(hasFullDisk)('does not hide the error before it', async () => {
    const world = new World()
    world.engine.at('load', () => {
      world.fillDiskOf('observations.jsonl')
      throw new DaprPerfError('it broke')
    })
    const { ends } = await world.run()
    expect(ends[0]?.error?.message).toMatch(/it broke$/)
    expect(ends[0]?.result).toMatchObject({ outcome: 'error', error: ends[0]?.error?.message })
  })

  it.runIf(hasFullDisk)('ends a case in an error that could not store its result', async () => {
    const world = new World()
    world.engine.at('load', () => world.fillDiskOf('result.json.unfinished'), 6)
    const { ends, exitCode } = await world.run()
    expect(exitCode).toBe(1)
    expect(ends[0]?.error?.message).toMatch(/result\.json: no space left on its disk/)
    expect(ends[0]?.result).toMatchObject({ outcome: 'error', error: ends[0]?.error?.message })
    expect(world.platform.running).toEqual([])
  })
})

describe('before the first case', () => {
  it('loads that can not be made are refused, of all cases', async () => {
    const world = new World()
    const tooFew = { params: { qps: 1, connections: 16, duration: '2s' } }
    await expect(world.run({ one: {}, two: tooFew })).rejects.toThrow(/^two: .*16 connections/)
    expect(world.events).toEqual([])
    expect(world.platform.timesAt('open')).toBe(0)
  })

  it('an interrupt starts none', async () => {
    const world = new World()
    world.interrupt()
    const { ends, exitCode } = await world.run()
    expect([ends, exitCode]).toEqual([[], 130])
    expect(world.events).toEqual(['run of one', 'end of 0'])
  })
})
