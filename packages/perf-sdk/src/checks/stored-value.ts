import { loadsOf, type Measurement } from '../measure/measurement.js'
import type { Check } from '../results/schema.js'

/**
 * Checks that every response to a variant (`dapr` by default) over HTTP was 200 with the stored value: for a missing key
 * Dapr responds with 204, which is a success, too. The value is recognized by its length, which fortio records.
 */
export function checkStoredValue(measurement: Measurement, value: unknown, variant = 'dapr'): Check {
  const length = Buffer.byteLength(JSON.stringify(value))
  const results = loadsOf(measurement, variant).map(({ result }) => result)
  const codes = new Set(results.flatMap(({ outcomes }) => outcomes.map(({ code }) => code)))
  const sizes = results.flatMap(({ bodyBytes }) => (bodyBytes ? [bodyBytes.min, bodyBytes.max] : []))
  return {
    id: `${variant}.stored-value`,
    name: `${variant}: every response is 200 with the stored value`,
    passed: [...codes].join() === '200' && sizes.length > 0 && sizes.every((bytes) => bytes === length),
    detail: `responses ${[...codes].join(', ')}, of ${Math.min(...sizes)} to ${Math.max(...sizes)} B; the value is ${length} B`,
  }
}
