import { expect, it } from 'vitest'
import { inOrderOf } from '../../src/measure/measure.js'

it('every other round goes the other way round, with any number of variants', () => {
  const variants = ['a', 'b', 'c']
  const rounds = [1, 2, 3, 4].map((round) => inOrderOf(round, variants).join(''))
  expect(rounds).toEqual(['abc', 'cba', 'abc', 'cba'])
  expect(variants).toEqual(['a', 'b', 'c'])
})
