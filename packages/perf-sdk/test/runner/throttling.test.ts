import { expect, it } from 'vitest'
import { watchThrottling } from '../../src/runner/throttling.js'

/** What is said where these are the limits before and after. */
function said(...limits: ({ cores: number; throttledSeconds: number } | undefined)[]) {
  const watched = watchThrottling(() => limits.shift())
  return watched()
}

it('a limit that was used up is told, with how long that kept processors from running', () => {
  expect(said({ cores: 1.5, throttledSeconds: 7 }, { cores: 1.5, throttledSeconds: 9.5 })).toMatch(
    /^programs here may use 1\.5 cores .* kept from running for 2\.5 s/,
  )
})

it('nothing is told without a limit, or where it was not used up', () => {
  expect(said(undefined, undefined)).toBeUndefined()
  expect(said({ cores: 1, throttledSeconds: 7 }, { cores: 1, throttledSeconds: 7 })).toBeUndefined()
})
