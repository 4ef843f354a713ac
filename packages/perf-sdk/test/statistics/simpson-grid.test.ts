import { describe, expect, it } from 'vitest'
import { simpsonGrid } from '../../src/statistics/simpson-grid.js'

const integral = (bound: number, integrand: (z: number) => number) =>
  simpsonGrid(bound).reduce((sum, { z, weight }) => sum + weight * integrand(z), 0)

const normalDensity = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)

describe('an integral on the grid', () => {
  it.each([
    [0.674489750196, 0.5],
    [1.95996398454, 0.95],
    [3.290526731492, 0.999],
    [40, 1],
  ])('of the normal density within ± %d is %d', (bound, probability) => {
    expect(integral(bound, normalDensity)).toBeCloseTo(probability, 7)
  })

  it('is exact for cubic functions', () => {
    expect(integral(5, (z) => z ** 3 + z ** 2 + 1)).toBeCloseTo(2 * (125 / 3 + 5), 10)
  })
})
