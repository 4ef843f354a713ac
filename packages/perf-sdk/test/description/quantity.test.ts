import { InputError } from '@dapr-perf/errors'
import { describe, expect, it } from 'vitest'
import { TestRunner } from '../../src/case/test-runner.js'
import { testapp, tester } from '../../src/description/apps.js'
import { knownQuantity, parseQuantity } from '../../src/description/quantity.js'
import { target } from '../../src/description/target.js'

describe('a Kubernetes quantity', () => {
  it.each([
    ['0', 0],
    ['0.1', 0.1],
    ['5.', 5],
    ['.5', 0.5],
    ['+2', 2],
    ['-2', -2],
    ['100n', 1e-7],
    ['100u', 1e-4],
    ['250m', 0.25],
    ['2k', 2e3],
    ['2M', 2e6],
    ['2G', 2e9],
    ['2T', 2e12],
    ['2P', 2e15],
    ['2E', 2e18],
    ['2Ki', 2 * 1024],
    ['2Mi', 2 * 1024 ** 2],
    ['2Gi', 2 * 1024 ** 3],
    ['2Ti', 2 * 1024 ** 4],
    ['2Pi', 2 * 1024 ** 5],
    ['2Ei', 2 * 1024 ** 6],
    ['1e3', 1000],
    ['1E3', 1000],
    ['1.5e-3', 0.0015],
    ['12e+2', 1200],
  ])('%s is %d', (quantity, number) => {
    expect(parseQuantity(quantity)).toBeCloseTo(number, 12)
    expect(knownQuantity(quantity)).toBe(parseQuantity(quantity))
  })

  it.each([
    '',
    '.',
    '1.2.3',
    'Mi',
    '1K',
    '1mi',
    '1 Gi',
    '1e',
    '1e3Mi',
    '1e1.5',
    'toString',
    '1toString',
    'NaN',
  ])('is not %j, which is named, or unknown where that is asked for', (quantity) => {
    expect(() => parseQuantity(quantity)).toThrow(InputError)
    expect(() => parseQuantity(quantity)).toThrow(`${JSON.stringify(quantity)} is no Kubernetes quantity`)
    expect(knownQuantity(quantity)).toBeUndefined()
  })

  it('that nobody tells is unknown', () => {
    expect(knownQuantity(undefined)).toBeUndefined()
  })
})

it('a case with a wrong quantity is refused with all that is wrong with it', () => {
  const wrong = () =>
    new TestRunner({
      description: 'a case',
      apps: [testapp({ daprEnabled: true, appMemoryRequest: 'much', appMemoryLimit: '1Gi' }), tester()],
      params: { qps: -1 },
      targets: { baseline: target.noop(), dapr: target.noop() },
    })
  expect(wrong).toThrow(/invalid case:.*expected a Kubernetes quantity.*appMemoryRequest/s)
})
