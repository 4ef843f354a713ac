import { createRequire } from 'node:module'

import type Cephes = require('cephes')

/**
 * S. L. Moshier's Cephes, which SciPy uses too. As a CommonJS module it is ready once it is loaded; its ES module is not, and
 * has no types. Loaded when first needed: it takes some 30 ms.
 */
let cephes: typeof Cephes | undefined
function loadCephes(): typeof Cephes {
  cephes ??= createRequire(import.meta.url)('cephes') as typeof Cephes
  return cephes
}

/** The probability that a standard normal variable is greater than z. */
export const normalTail = (z: number) => loadCephes().ndtr(-z)

/** What a standard normal variable exceeds with this probability, between 0 and 1. */
export const normalPoint = (tail: number) => -loadCephes().ndtri(tail)

/**
 * What a variable of Student's t distribution exceeds with this probability, between 0 and 1: from the inverse of the incomplete
 * beta function (M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions, 26.7.1).
 *
 * @param degreesOfFreedom may have a fraction
 */
export function tPoint(tail: number, degreesOfFreedom: number): number {
  if (tail > 1 / 2) return -tPoint(1 - tail, degreesOfFreedom)
  const x = loadCephes().incbi(degreesOfFreedom / 2, 1 / 2, 2 * tail)
  return Math.sqrt((degreesOfFreedom * (1 - x)) / x)
}
