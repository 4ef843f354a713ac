import { DaprPerfError, VariantError } from '@dapr-perf/errors'
import { expect, it } from 'vitest'
import { throwIfGeneratorWasLate } from '../../src/ab/generator.js'
import { mostGeneratorDelayMs } from '../../src/checks/limits.js'
import { checkLoads } from '../../src/checks/loads.js'
import { summarize } from '../../src/statistics/summary.js'
import { histogram, loadOf } from './load.js'

/** The checks of a load whose requests the generator sent so many ms too late, all of them, by itself. */
function checksOf(delayMs: number) {
  const late = { due: 2000, late: { count: 900, worstMs: 500 }, generatorDelay: histogram(1000, delayMs) }
  return checkLoads({ dapr: summarize([{ result: loadOf(1000, late), usage: {} }]) })
}

function errorOf(delayMs: number): unknown {
  try {
    throwIfGeneratorWasLate(checksOf(delayMs))
    return undefined
  } catch (error) {
    return error
  }
}

it('a generator above the limit ends a comparison: the error has the value and the limit, and blames no variant', () => {
  const error = errorOf(mostGeneratorDelayMs + 1) as DaprPerfError
  expect(error).toBeInstanceOf(DaprPerfError)
  expect(error).not.toBeInstanceOf(VariantError)
  expect(error.message).toMatch(
    new RegExp(
      `the load generator was the limit: .*${mostGeneratorDelayMs + 1}.* ${mostGeneratorDelayMs} ms`,
    ),
  )
  expect(error.message).toContain('Stop other programs, or lower --qps')
})

it('a generator at the limit does not, nor do late sends and a rate that was missed', () => {
  expect(errorOf(mostGeneratorDelayMs)).toBeUndefined()
})
