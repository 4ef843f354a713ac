import { DaprPerfError, describeError } from '@dapr-perf/errors'
import { expect, it } from 'vitest'
import type { TestContext } from '../../src/case/test-context.js'
import { Params } from '../../src/description/params.js'
import { target } from '../../src/description/target.js'
import type { LoadOptions } from '../../src/load-engine/load-engine.js'
import { measure } from '../../src/measure/measure.js'
import type { LoadResult } from '../../src/model/load.js'
import { loadResult } from '../loads.js'
import { serve, testerAt } from '../local-server.js'

const targets = { baseline: target.noop(), dapr: target.noop() }

/** What a measurement asks for, in order; its loads aren't made. */
async function measured(
  params: Partial<Params>,
  rounds = 1,
  all: Parameters<typeof measure>[1] = targets,
  result: Partial<LoadResult> = {},
  fail: (step: string) => void = () => {},
) {
  const { url } = await serve((_, response) => void response.end('ok'))
  const asked: LoadOptions[] = []
  const usage: string[] = []
  const test: TestContext = {
    params: Params({ qps: 1000, duration: '1m', ...params }, {}),
    rounds,
    apps: new Map([['tester', testerAt(url)]]),
    signal: new AbortController().signal,
    report: () => {},
    componentName: (name) => name,
    onFinished: () => {},
    async load(_, options) {
      asked.push(options)
      usage.push(`${options.variant} ${options.what}`)
      fail(`${options.variant} ${options.what}`)
      return { ...loadResult(1, { sent: 10, ...result }), raw: '{}' }
    },
    async startUsage() {
      usage.push('start')
      return async () => {
        usage.push('stop')
        fail(`after ${usage.at(-2)}`)
        return {}
      }
    },
    keep: async (load) => ({ ...load, file: 'x' }),
  }
  return { measurement: await measure(test, all), asked, usage }
}

it('each target is warmed up first: 100 requests per second for 10 s', async () => {
  const { asked } = await measured({ duration: '10m' })
  expect(asked.slice(0, 2)).toMatchObject([
    { what: 'warm-up', variant: 'baseline', seconds: 10, rate: 100 },
    { what: 'warm-up', variant: 'dapr', seconds: 10, rate: 100 },
  ])
})

it.each([
  [{ duration: '30s' }, { seconds: 5, rate: 100 }],
  [{ qps: 20 }, { seconds: 10, rate: 20 }],
  [{ qps: 0 }, { seconds: 10, rate: 100 }],
])(
  'with %j the warm-up is %j: no longer than a sixth of the load, no faster than it',
  async (params, expected) => {
    expect((await measured(params)).asked[0]).toMatchObject(expected)
  },
)

it('a load that fails is the error, and what fails after it is told with it', async () => {
  const fail = (step: string) => {
    if (step === 'dapr load') throw new DaprPerfError('the load broke')
    if (step === 'after dapr load') throw new DaprPerfError('the usage is not known')
  }
  const error = await measured({}, 1, targets, {}, fail).catch((reason) => reason)
  expect(error.message).toBe('the load broke')
  expect(describeError(error)).toMatch(/^the load broke\n.*the usage is not known$/)
})

it('the loads expect responses as large as those of the warm-up, which takes any', async () => {
  const bodyBytes = { min: 3, max: 200_000 }
  const { asked, measurement } = await measured({}, 1, targets, { bodyBytes })
  expect(asked.map(({ responseBytes }) => responseBytes)).toEqual(['unknown', 'unknown', 200_000, 200_000])
  expect(measurement.warmUpBodyBytes).toEqual({ baseline: bodyBytes, dapr: bodyBytes })
  expect((await measured({})).asked.at(-1)?.responseBytes).toBeUndefined()
})

it("a target's rate is a multiple of the case's, in the warm-up, too", async () => {
  const many = { ...targets, baseline: target.publish('p', 't', { rateMultiplier: 10 }) }
  const { asked } = await measured({ qps: 5 }, 1, many)
  expect(asked.map(({ rate }) => rate)).toEqual([50, 5, undefined, undefined])
})

it('the time of each target is split evenly over the rounds, whose order turns around', async () => {
  const { asked, measurement } = await measured({ duration: '1m' }, 3)
  expect(asked.slice(2).map((load) => [load.variant, load.round, load.seconds])).toEqual([
    ['baseline', 1, 20],
    ['dapr', 1, 20],
    ['dapr', 2, 20],
    ['baseline', 2, 20],
    ['baseline', 3, 20],
    ['dapr', 3, 20],
  ])
  expect(measurement.loads.map(({ variant, round }) => `${variant} ${round}`)).toEqual([
    'baseline 1',
    'dapr 1',
    'dapr 2',
    'baseline 2',
    'baseline 3',
    'dapr 3',
  ])
})

it('the loads of a round have the number of that round, and warm-ups none: they draw the same moments', async () => {
  const { asked } = await measured({ duration: '1m' }, 2)
  expect(asked.map(({ round }) => round)).toEqual([undefined, undefined, 1, 1, 2, 2])
})

it('all requests of a variant are counted, those of its warm-up among them', async () => {
  expect((await measured({}, 2)).measurement.sent).toEqual({ baseline: 30, dapr: 30 })
})

it('usage is measured around each load, and not around the warm-up', async () => {
  const { usage } = await measured({})
  expect(usage).toEqual([
    'baseline warm-up',
    'dapr warm-up',
    'start',
    'baseline load',
    'stop',
    'start',
    'dapr load',
    'stop',
  ])
})

it.each([
  [{ '1': target.noop() }, 'variant 1: expected a name'],
  [{ '../x': target.noop() }, 'variant ../x: expected a name'],
  [
    { one: target.publish('p', 't', { rateMultiplier: 0.00001 }) },
    '1000 qps times the rateMultiplier 0.00001: expected',
  ],
  [{ one: { targetEndpoint: 'http://testapp' } as never }, 'variant one: expected a target'],
])('variants %j are refused before any load', async (all, message) => {
  await expect(measured({}, 1, all)).rejects.toThrow(message)
})

it('without a target there is nothing to measure', async () => {
  await expect(measured({}, 1, {})).rejects.toThrow('there is no target')
})
