import { expect, test } from 'vitest'
import { parseGoDuration } from '../src/go-duration.js'

test.each([
  ['1ns', 1],
  ['10s', 10e9],
  ['+10s', 10e9],
  ['1m30s', 90e9],
  ['0.5h', 1800e9],
  ['.5s', 5e8],
  ['1.s', 1e9],
  ['2us', 2000],
  ['2µs', 2000],
  ['2μs', 2000],
  ['0s', 0],
  ['0.9ns', 0],
  ['0.5ns0.6ns', 0],
])('%s is %d ns', (text, nanoseconds) => {
  expect(parseGoDuration(text)).toBe(nanoseconds / 1e9)
})

test.each(['', '10', '-10s', '10 s', '1d', 's', '.s', '1s-', '1e3s', ' 1s', '1S', '2562048h', '+', '1s+1s'])(
  '"%s" is no duration',
  (text) => {
    expect(parseGoDuration(text)).toBeUndefined()
  },
)
