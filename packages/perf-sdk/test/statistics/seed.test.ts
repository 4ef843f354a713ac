import { expect, it } from 'vitest'
import { newSeed, seedOf } from '../../src/statistics/seed.js'

it('the seed of a round is a whole number that a JSON reader keeps, the same again, and another one for each', () => {
  const rounds = Array.from({ length: 50 }, (_, round) => seedOf('x', round))
  for (const seed of rounds) expect(Number.isSafeInteger(seed) && seed >= 0).toBe(true)
  expect(new Set(rounds).size).toBe(50)
  expect(seedOf('x', 3)).toBe(rounds[3])
  expect(seedOf('y', 3)).not.toBe(rounds[3])
})

it('each case has a seed of its own', () => {
  expect(newSeed()).not.toBe(newSeed())
})
