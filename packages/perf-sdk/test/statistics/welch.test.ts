import { expect, it } from 'vitest'
import { meanInterval } from '../../src/statistics/mean-interval.js'
import { differenceOfMeans } from '../../src/statistics/welch.js'

// Student's sleep data (R's datasets::sleep): t.test(extra ~ group) gives −3.3654832 to 0.2054832, and for group 2 minus 1
// the same with the signs turned; t.test of group 1 alone gives −0.5297804 to 2.0297804.
const group1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
const group2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

it("the difference of two means has Welch's interval", () => {
  const { estimate, interval } = differenceOfMeans(group1, group2)
  expect(estimate).toBeCloseTo(1.58)
  expect(interval?.low).toBeCloseTo(-0.2054832, 6)
  expect(interval?.high).toBeCloseTo(3.3654832, 6)
})

it("a mean has the interval of Student's t", () => {
  expect(meanInterval(group1)?.low).toBeCloseTo(-0.5297804, 6)
  expect(meanInterval(group1)?.high).toBeCloseTo(2.0297804, 6)
})

it('a single value has no interval', () => {
  expect(meanInterval([1])).toBeUndefined()
  expect(differenceOfMeans([1], [2, 3])).toEqual({ estimate: 1.5 })
})

it('values that are all the same have an interval of no width', () => {
  expect(differenceOfMeans([1, 1], [3, 3])).toEqual({ estimate: 2, interval: { low: 2, high: 2 } })
})
