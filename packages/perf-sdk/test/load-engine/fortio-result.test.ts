import { DaprPerfError } from '@dapr-perf/errors'
import { expect, it } from 'vitest'
import { parseFortioResult } from '../../src/load-engine/fortio/fortio-result.js'
import { interpolate } from '../../src/statistics/percentile.js'

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
    ...overrides,
  })

it("fortio's result is read in milliseconds, seconds and requests per second", () => {
  const text = fortio()
  expect(parseFortioResult(text, { rate: 100, connections: 16 }, { worstMs: 3 })).toEqual({
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
    late: { worstMs: 3 },
    bodyBytes: { min: 10, max: 20 },
    raw: text,
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

it("what our extension says of when requests were due goes before fortio's lines", () => {
  const responseTime = {
    Count: 3,
    Min: 0.001,
    Max: 0.5,
    Avg: 0.2,
    Data: [{ Start: 0.001, End: 0.5, Count: 3 }],
  }
  const text = fortio({ ResponseTime: responseTime, LateSends: { Count: 2, WorstSeconds: 0.4975 } })
  const { responseTime: read, late } = parseFortioResult(text, { rate: 100, connections: 1 }, { worstMs: 3 })
  expect(read).toEqual({
    count: 3,
    min: 1,
    max: 500,
    mean: 200,
    buckets: [{ start: 1, end: 500, count: 3 }],
  })
  expect(late).toEqual({ percent: expect.closeTo(66.67), worstMs: 497.5 })
})

it.each([
  ['all above the last bound of fortio', 2.4, 3.1, [{ Start: 2, End: 3.1, Count: 3 }], [[2400, 3100]]],
  [
    'one of them below it',
    0.00001,
    3.1,
    [
      { Start: 0.00001, End: 0.00002, Count: 1 },
      { Start: 2, End: 3.1, Count: 2 },
    ],
    [
      [0.01, 0.02],
      [2000, 3100],
    ],
  ],
  ['of one time', 5, 5, [{ Start: 2, End: 5, Count: 3 }], [[5000, 5000]]],
])('buckets lie between the shortest and the longest time: %s', (_, Min, Max, Data, expected) => {
  const text = fortio({ DurationHistogram: { Count: 3, Min, Max, Avg: Min, Data } })
  const { histogram } = parseFortioResult(text, { rate: 100, connections: 1 })
  expect(histogram.buckets.map(({ start, end }) => [start, end])).toEqual(expected)
  const { value } = interpolate([histogram], 50)
  expect(value).toBeGreaterThanOrEqual(histogram.min)
})
