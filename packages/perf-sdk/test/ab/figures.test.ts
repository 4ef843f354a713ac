import { VariantError } from '@dapr-perf/errors'
import { expect, it } from 'vitest'
import { figuresOf, throwIfFailed } from '../../src/ab/figures.js'
import type { LoadResult } from '../../src/model/load.js'
import { loadOf } from './load.js'

const counters = (cpuSeconds: number) => ({ cpuSeconds, cpuSource: 'schedstat' as const })
const figures = (load: LoadResult) => figuresOf([load], counters(1), counters(1.5))

it('of a load with a target rate a block keeps what was due, what was sent in time, what was late, and how late the generator was', () => {
  const load = loadOf(930, { due: 1000, sentInTime: 925, late: { count: 31, worstMs: 7 } })
  expect(figures(load)).toMatchObject({
    requests: 930,
    due: 1000,
    sentInTime: 925,
    latePercent: (31 / 930) * 100,
    meanResponseTime: 3,
    generatorDelayP99Ms: 0.1,
    p50: 2,
    cpuSeconds: 0.5,
  })
})

it('a p99 of the generator that too few requests can tell is not kept', () => {
  expect(figures(loadOf(298, {})).generatorDelayP99Ms).toBeUndefined()
  expect(figures(loadOf(299, {})).generatorDelayP99Ms).toBe(0.1)
})

it('without a target rate nothing is due, and nothing is late', () => {
  const { due, sentInTime, latePercent, generatorDelayP99Ms } = figures(loadOf(1000))
  expect([due, sentInTime, latePercent, generatorDelayP99Ms]).toEqual(Array(4).fill(undefined))
})

it('a check that failed is an error of its variant', () => {
  const check = { id: 'x', name: 'every response is a success', detail: '3 of 10 failed' }
  expect(() => throwIfFailed('b', [{ ...check, passed: true }])).not.toThrow()
  expect(() => throwIfFailed('b', [{ ...check, passed: false }])).toThrow(VariantError)
})
