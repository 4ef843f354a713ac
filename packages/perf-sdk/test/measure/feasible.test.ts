import { InputError } from '@dapr-perf/errors'
import { describe, expect, it } from 'vitest'
import { Params } from '../../src/description/params.js'
import { target } from '../../src/description/target.js'
import { checkFeasible, roundsFor } from '../../src/measure/feasible.js'

const targets = { baseline: target.noop(), dapr: target.noop() }
const check =
  (params: Partial<Params>, rounds = 1, of: Parameters<typeof checkFeasible>[2] = targets) =>
  () =>
    checkFeasible(Params({ qps: 1000, connections: 16, duration: '1m', ...params }, {}), rounds, of)

describe('loads that can be what is asked for', () => {
  it.each([
    [{}, 1],
    [{}, 5],
    [{ qps: 50, connections: 2, duration: '1s' }, 1],
    [{ qps: 50, connections: 2, duration: '2s' }, 2],
    [{ qps: 23, connections: 1, duration: '1s' }, 1],
    [{ qps: 50, duration: '2s' }, 1], // 100 requests for 16 connections
    [{ qps: 16, duration: '1s' }, 1], // one for each connection
    [{ qps: 31, duration: '500ms' }, 1], // 15.5, rounded
    [{ qps: 0, connections: 64, duration: '100ms' }, 1],
    [{ qps: 1, connections: 1 }, 1],
  ])('%j in %d rounds', (params, rounds) => {
    expect(check(params, rounds)).not.toThrow()
  })
})

describe('loads that are refused', () => {
  it.each([
    [{ qps: 10, duration: '1s' }, 1, '1s in 1 round at 10 qps: each load has 10 requests for 16 connections'],
    [{ qps: 1, duration: '500ms' }, 5, '500ms in 5 rounds at 1 qps: each load has 0 requests'],
    [
      { qps: 30, duration: '500ms' },
      1,
      'each load has 15 requests for 16 connections, and some would have none',
    ],
    [{}, 9999, '1m in 9999 rounds: each load would last 6 ms'],
    [{ qps: 0, duration: '99ms' }, 1, '99ms in 1 round: each load would last 99 ms, and 100 ms is the least'],
  ])('%j in %d rounds', (params, rounds, message) => {
    expect(check(params, rounds)).toThrow(InputError)
    expect(check(params, rounds)).toThrow(message)
  })

  it('for one of the variants, whose rate is a multiple', () => {
    const baseline = target.noop()
    const dapr = target.publish('pubsub', 'topic', { rateMultiplier: 0.025 })
    expect(check({ qps: 160, duration: '2s' }, 1, { baseline })).not.toThrow()
    expect(check({ qps: 160, duration: '2s' }, 1, { baseline, dapr })).toThrow(
      'dapr: 2s in 1 round at 4 qps: each load has 8 requests',
    )
  })

  it.each([0.333, 0, -1, Number.NaN])('for a rate of 100 qps times %d', (rateMultiplier) => {
    const dapr = target.publish('pubsub', 'topic', { rateMultiplier })
    expect(check({ qps: 100 }, 1, { dapr })).toThrow(
      `100 qps times the rateMultiplier ${rateMultiplier}: expected`,
    )
  })

  it('not for a product that is whole but for a rounding error', () => {
    const dapr = target.publish('pubsub', 'topic', { rateMultiplier: 1.1 })
    expect(check({ qps: 100, connections: 2, duration: '1s' }, 1, { dapr })).not.toThrow()
  })
})

it.each([
  [{ duration: '1m' }, 6],
  [{ duration: '6s', connections: 10 }, 6],
  [{ duration: '5s' }, 1], // shorter than 1 s each
  [{ duration: '10s' }, 6],
  [{ duration: '6s', qps: 10, connections: 16 }, 1], // fewer requests than connections
])('without a number of rounds, %j has %i', (params, rounds) => {
  expect(roundsFor(Params({ qps: 1000, connections: 16, ...params }, {}), targets)).toBe(rounds)
})
