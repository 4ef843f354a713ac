import { expect, it } from 'vitest'
import {
  apiLoggingOf,
  defaultConfiguration,
  hasMetrics,
  mergeConfigurations,
  samplesTraces,
} from '../../src/description/configuration.js'

it("a case's Configuration is laid over the default, field by field", () => {
  const own = { metrics: { http: { increasedCardinality: false } }, features: [{ name: 'A', enabled: true }] }
  expect(mergeConfigurations(defaultConfiguration, own)).toEqual({
    tracing: { samplingRate: '0' },
    metrics: { enabled: true, http: { increasedCardinality: false } },
    features: [
      { name: 'HotReload', enabled: false },
      { name: 'A', enabled: true },
    ],
  })
  expect(defaultConfiguration.metrics).toEqual({ enabled: true })
})

it('hot reload is off, unless a case turns it on', () => {
  const features = [{ name: 'HotReload', enabled: true }]
  expect(defaultConfiguration.features).toEqual([{ name: 'HotReload', enabled: false }])
  expect(mergeConfigurations(defaultConfiguration, { features }).features).toEqual(features)
})

it.each([
  [{}, false],
  [{ tracing: { samplingRate: '0' } }, false],
  [{ tracing: { samplingRate: '1' } }, true],
])('with %j traces are sampled: %s', (configuration, expected) => {
  expect(samplesTraces(configuration)).toBe(expected)
})

it('it is known whether API calls are logged, and metrics offered', () => {
  expect(apiLoggingOf({})).toBeUndefined()
  expect(apiLoggingOf({ logging: { apiLogging: { enabled: true } } })).toBe(true)
  expect(hasMetrics({})).toBe(true)
  expect(hasMetrics({ metrics: { enabled: false } })).toBe(false)
})
