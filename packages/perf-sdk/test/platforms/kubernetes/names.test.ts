import { InputError } from '@dapr-perf/errors'
import { expect, it } from 'vitest'
import { RunNames } from '../../../src/platforms/kubernetes/names.js'

it('runs have names of their own', () => {
  const names = new RunNames()
  expect(names.of('testapp')).toBe(`testapp-${names.suffix}`)
  expect(new RunNames().of('testapp')).not.toBe(names.of('testapp'))
})

it("an app's name that leaves no room for the run's is refused", () => {
  const names = new RunNames()
  expect(() => names.check('a'.repeat(52))).not.toThrow()
  expect(() => names.check('a'.repeat(53))).toThrow(InputError)
})
