import { describe, expect, it } from 'vitest'
import { normalPoint, normalTail, tPoint } from '../../src/statistics/distributions.js'

// Printed tables, as in Abramowitz and Stegun, Handbook of Mathematical Functions, chapter 26.
describe('the normal distribution', () => {
  it.each([
    [0.025, 1.959964],
    [0.005, 2.575829],
    [0.001, 3.090232],
    [0.5, 0],
    [0.9, -1.281552],
  ])('is exceeded with the probability %d by %d', (tail, z) => {
    expect(normalPoint(tail)).toBeCloseTo(z, 6)
    expect(normalTail(z)).toBeCloseTo(tail, 6)
  })

  it('has a tail of 6.22e-16 beyond 8', () => {
    expect(normalTail(8) / 6.22096e-16).toBeCloseTo(1, 5)
  })
})

describe("Student's t distribution", () => {
  it.each([
    [0.025, 1, 12.7062],
    [0.025, 7, 2.364624],
    [0.01, 7, 2.997952],
    [0.05, 10, 1.812461],
    [0.0005, 20, 3.849516],
    [0.005, 30, 2.749996],
    [0.025, 120, 1.97993],
    [0.5, 7, 0],
    [0.9, 10, -1.372184],
  ])('is exceeded with the probability %d, with %d degrees of freedom, by %d', (tail, degrees, t) => {
    expect(tPoint(tail, degrees)).toBeCloseTo(t, degrees === 1 ? 4 : 6)
  })
})
