import { InputError } from '@dapr-perf/errors'
import { expect, it } from 'vitest'
import { RunNames } from '../../../../src/platforms/kubernetes/run/names.js'

it('runs have names of their own', () => {
  const names = new RunNames()
  expect(names.of('testapp')).toBe(`testapp-${names.suffix}`)
  expect(new RunNames().of('testapp')).not.toBe(names.of('testapp'))
})

it('parts of a run have names of their own, beside those that all share', () => {
  const names = new RunNames()
  const part = names.ofPart('a3')
  expect(part.of('testapp')).toBe(`testapp-a3-${names.suffix}`)
  expect(part.ofRun('token')).toBe(names.of('token'))
})

it("an app's name that leaves no room for the run's is refused", () => {
  const names = new RunNames()
  expect(() => names.check('a'.repeat(52))).not.toThrow()
  expect(() => names.check('a'.repeat(53))).toThrow(InputError)
  expect(() => names.ofPart('a3').check('a'.repeat(50))).toThrow('at most 49 characters')
})
