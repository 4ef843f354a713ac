import { DaprPerfError } from '@dapr-perf/errors'
import { expect, it } from 'vitest'
import { parseFortioResult } from '../../src/load-engine/fortio/fortio-result.js'

const fortio = (overrides: object = {}) =>
  JSON.stringify({
    ActualQPS: 99.5,
    ActualDuration: 2_000_000_000,
    NumThreads: 5,
    Version: '1.16.1',
    DurationHistogram: {
      Count: 3,
      Min: 0.001,
      Max: 0.003,
      Avg: 0.002,
      Data: [{ Start: 0.001, End: 0.003, Count: 3 }],
    },
    RetCodes: { '200': 1, '-1': 1, OK: 1 },
    Sizes: { Min: 110, Max: 120 },
    HeaderSizes: { Min: 100, Max: 100 },
    ExtraConnections: { Opened: 2, SentAgain: 1 },
    ...overrides,
  })

it("fortio's result is read in milliseconds, seconds and requests per second", () => {
  const text = fortio()
  expect(parseFortioResult(text, { rate: 100, connections: 16 })).toEqual({
    engine: { name: 'fortio', version: '1.16.1' },
    targetRate: 100,
    achievedRate: 99.5,
    seconds: 2,
    connections: 5,
    sent: 19,
    outcomes: [
      { code: '200', kind: 'success', count: 1 },
      { code: '-1', kind: 'failure', count: 1 },
      { code: 'OK', kind: 'success', count: 1 },
    ],
    histogram: { count: 3, min: 1, max: 3, mean: 2, buckets: [{ start: 1, end: 3, count: 3 }] },
    extraConnections: { opened: 2, sentAgain: 1 },
    bodyBytes: { min: 10, max: 20 },
  })
})

it.each(['200', '204', 'OK', 'SERVING'])('%s is a success', (code) => {
  expect(
    parseFortioResult(fortio({ RetCodes: { [code]: 1 } }), { rate: 0, connections: 1 }).outcomes[0]?.kind,
  ).toBe('success')
})

it.each(['302', '404', '500', '-1', 'NotFound', 'NOT_SERVING', '2000'])('%s is a failure', (code) => {
  expect(
    parseFortioResult(fortio({ RetCodes: { [code]: 1 } }), { rate: 0, connections: 1 }).outcomes[0]?.kind,
  ).toBe('failure')
})

it.each([
  ['no JSON', 'not a fortio result'],
  [fortio({ DurationHistogram: { Count: 0, Min: 0, Max: 0, Avg: 0, Data: [] } }), 'no request was answered'],
  [fortio({ NumThreads: undefined }), 'NumThreads'],
])('what is none is an error that says what is missing', (text, message) => {
  expect(() => parseFortioResult(text, { rate: 0, connections: 1 })).toThrow(DaprPerfError)
  expect(() => parseFortioResult(text, { rate: 0, connections: 1 })).toThrow(message)
})

const times = (ms: number) => ({
  Count: 3,
  Min: ms / 1000,
  Max: ms / 1000,
  Avg: ms / 1000,
  Data: [{ Start: ms / 1000, End: ms / 1000, Count: 3 }],
})

it('what became of the requests that were due is read, and their share is that of the target rate', () => {
  const Rated = {
    Arrivals: 'poisson',
    Due: 4,
    SentInTime: 3,
    LateSends: { Count: 2, WorstSeconds: 0.4975 },
    ResponseTime: times(500),
    GeneratorDelay: times(0.25),
  }
  const { rated, achievedRate } = parseFortioResult(fortio({ Rated }), { rate: 100, connections: 1 })
  expect(achievedRate).toBe(75)
  expect(rated).toMatchObject({
    arrivals: 'poisson',
    due: 4,
    sentInTime: 3,
    late: { count: 2, worstMs: 497.5 },
    responseTime: { count: 3, mean: 500, buckets: [{ start: 500, end: 500, count: 3 }] },
    generatorDelay: { max: 0.25 },
  })
})

it('what the machine did is read, where it is known', () => {
  const Machine = { Cores: 2, Seconds: 10, BusySeconds: 15, GeneratorSeconds: 1, StealSeconds: 0.5 }
  const read = (overrides: object) => parseFortioResult(fortio(overrides), { rate: 0, connections: 1 })
  expect(read({ Machine }).machine).toEqual({
    cores: 2,
    seconds: 10,
    busySeconds: 15,
    generatorSeconds: 1,
    stealSeconds: 0.5,
  })
  expect(read({})).not.toHaveProperty('machine')
})

it('a client that does not tell connections from requests sent again has one number for both', () => {
  const text = fortio({ ExtraConnections: { OpenedOrSentAgain: 5 } })
  expect(parseFortioResult(text, { rate: 0, connections: 1 }).extraConnections).toEqual({
    openedOrSentAgain: 5,
  })
})
