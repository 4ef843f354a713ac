import { expect, it } from 'vitest'
import { changeText, percent } from '../src/terminal/change-text.js'

it('a change is shown with its interval, in percent', () => {
  expect(changeText({ estimate: 0.031, interval: { low: 0.022, high: 0.0404 } })).toBe(
    '+3.1 % (2.2 to 4.0 %)',
  )
  expect(changeText({ estimate: -0.0021, interval: { low: -0.004, high: -0.0002 } })).toBe(
    '−0.21 % (−0.40 to −0.02 %)',
  )
  expect(percent(-0.000001)).toBe('0.00')
})
