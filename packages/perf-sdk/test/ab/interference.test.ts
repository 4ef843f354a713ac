import { availableParallelism } from 'node:os'
import { expect, it } from 'vitest'
import { interferenceOf, stealPercent } from '../../src/ab/interference.js'

it('a quiet block is not marked', () => {
  expect(interferenceOf({ stealPercent: 1, loadAverage: 1 })).toEqual([])
})

it('a block is marked with what may have disturbed it', () => {
  const loadAverage = 10 * availableParallelism()
  expect(interferenceOf({ stealPercent: 5, loadAverage })).toEqual([
    'steal time 5.0 %',
    `load average ${loadAverage.toFixed(1)} on ${availableParallelism()} cores`,
  ])
})

it('steal time is a share of all processor time between two readings', () => {
  expect(stealPercent({ total: 100, steal: 1 }, { total: 300, steal: 11 })).toBe(5)
  expect(stealPercent(undefined, { total: 1, steal: 0 })).toBeUndefined()
})
