import { expect, it } from 'vitest'
import type { LoadResult } from '../../src/model/load.js'
import type { CpuSource } from '../../src/model/usage.js'
import { summarize } from '../../src/statistics/summary.js'
import { histogramOf, loadResult, measuredLoad, ratedLoad } from '../loads.js'

const load = () => measuredLoad('dapr', loadResult(1))

it('the CPU of all loads is added up, and the most memory is taken', () => {
  const more = { app: { cpuSeconds: 3, peakAnonymousBytes: 5 }, sidecar: { cpuSeconds: 4 } }
  expect(summarize([load(), { ...load(), usage: { testapp: more } }]).usage).toEqual({
    testapp: {
      app: { cpuSeconds: 4, peakAnonymousBytes: 10 },
      sidecar: { cpuSeconds: 6, peakAnonymousBytes: 20 },
    },
  })
})

it('the source of CPU times is known where it is that of all loads', () => {
  const sourceOf = (...sources: CpuSource[]) =>
    summarize(
      sources.map((cpuSource) => ({ ...load(), usage: { testapp: { app: { cpuSeconds: 1, cpuSource } } } })),
    ).usage.testapp?.app
  expect(sourceOf('stat', 'stat', 'stat')).toEqual({ cpuSeconds: 3, cpuSource: 'stat' })
  expect(sourceOf('stat', 'schedstat', 'stat')).toEqual({ cpuSeconds: 3 })
})

it('what is unknown in one load is unknown in all: its requests are counted as well', () => {
  expect(summarize([load(), { ...load(), usage: {} }]).usage).toEqual({})
  expect(summarize([{ ...load(), usage: {} }, load()]).usage).toEqual({})
  const withoutSidecar = { testapp: { app: { cpuSeconds: 1 } } }
  expect(summarize([load(), { ...load(), usage: withoutSidecar }]).usage).toEqual({
    testapp: { app: { cpuSeconds: 2, peakAnonymousBytes: 10 } },
  })
})

const summaryOf = (...results: LoadResult[]) =>
  summarize(results.map((result) => measuredLoad('dapr', result)))

it('what was due, what was sent in time and what was sent late are added up over all rounds', () => {
  const first = ratedLoad({ due: 100, sentInTime: 100, late: { count: 1, worstMs: 9 } })
  const second = ratedLoad({ due: 300, sentInTime: 220, late: { count: 15, worstMs: 5 } })
  const long = loadResult(1, {
    rated: second,
    histogram: histogramOf(1, 220),
    seconds: 3,
    achievedRate: 73.3,
  })
  expect(summaryOf(loadResult(1, { rated: first }), long)).toMatchObject({
    requests: 320,
    due: 400,
    sentInTime: 320,
    achievedRate: 80, // of 100
    late: { count: 16, percent: 5, worstMs: 9 }, // of the 320 that were sent
  })
})

it("response times and the load generator's own delay are those of all rounds", () => {
  const slow = ratedLoad({ responseTime: histogramOf(9), generatorDelay: histogramOf(0.7) })
  const { responseTime, generatorDelay } = summaryOf(loadResult(1), loadResult(1, { rated: slow }))
  expect(responseTime).toMatchObject({ mean: 5, max: 9 })
  expect(generatorDelay).toMatchObject({ mean: expect.closeTo(0.4), max: 0.7 })
})

it('without a target rate nothing is due', () => {
  const { rated: _, ...unlimited } = loadResult(1)
  const summary = summaryOf(unlimited)
  for (const field of ['due', 'sentInTime', 'late', 'responseTime', 'generatorDelay'])
    expect(summary).not.toHaveProperty(field)
})

it('connections that were opened again are added up, and are one number where one load has but one', () => {
  const apart = loadResult(1, { extraConnections: { opened: 3, sentAgain: 1 } })
  const together = loadResult(1, { extraConnections: { openedOrSentAgain: 5 } })
  expect(summaryOf(apart, apart).extraConnections).toEqual({ opened: 6, sentAgain: 2 })
  expect(summaryOf(together, together).extraConnections).toEqual({ openedOrSentAgain: 10 })
  expect(summaryOf(apart, together).extraConnections).toEqual({ openedOrSentAgain: 9 })
})

it('how busy the machine was is a share of its cores over the time of all loads', () => {
  const machine = { cores: 2, seconds: 1, busySeconds: 1, generatorSeconds: 0.25, stealSeconds: 0 }
  const busier = { ...machine, seconds: 3, busySeconds: 5, stealSeconds: 0.5 }
  expect(summaryOf(loadResult(1, { machine }), loadResult(1, { machine: busier })).machine).toEqual({
    cores: 2,
    seconds: 4,
    busySeconds: 6,
    busyShare: 0.75,
    generatorSeconds: 0.5,
    stealSeconds: 0.5,
  })
  expect(summaryOf(loadResult(1, { machine }), loadResult(1))).not.toHaveProperty('machine')
})
