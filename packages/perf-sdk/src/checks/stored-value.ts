import { InputError } from '@dapr-perf/errors'
import type { Check } from '../model/check.js'
import { loadsOf, type Measurement } from '../model/measurement.js'

/**
 * Checks that every response to a variant (`dapr` by default) over HTTP was 200 with the stored value: for a missing key
 * Dapr responds with 204, which is a success, too. The value, which saveState has checked, is recognized by the size that
 * it had in the warm-up.
 *
 * @throws InputError if there is no such variant
 */
export function checkStoredValue(measurement: Measurement, variant = 'dapr'): Check {
  if (!measurement.targets[variant])
    throw new InputError(
      `checkStoredValue: there is no variant ${JSON.stringify(variant)}, only ${Object.keys(measurement.targets).join(', ')}`,
    )
  const before = measurement.warmUpBodyBytes[variant]
  const results = loadsOf(measurement, variant).map(({ result }) => result)
  const codes = new Set(results.flatMap(({ outcomes }) => outcomes.map(({ code }) => code)))
  const sizes = results.flatMap(({ bodyBytes }) => (bodyBytes ? [bodyBytes.min, bodyBytes.max] : []))
  const isSame = before !== undefined && before.min === before.max && sizes.every(isBodyOf(before.max))
  return {
    id: `${variant}.stored-value`,
    name: `${variant}: every response is 200 with the stored value`,
    passed: [...codes].join() === '200' && sizes.length > 0 && isSame,
    detail: `responses ${[...codes].join(', ')}, of ${range(sizes)} B; before the load ${range([before?.min, before?.max])} B`,
  }
}

/**
 * Whether a load's response may be a body of so many bytes. daprd sends more than 2 KiB in chunks
 * (https://pkg.go.dev/net/http#ResponseWriter), and fortio's own client counts the lines around these, too: less than 1 %.
 */
const isBodyOf = (bytes: number) => (size: number) =>
  size === bytes || (bytes > 2048 && size > bytes && size < bytes * 1.01)

function range(sizes: (number | undefined)[]): string {
  const known = sizes.filter((size) => size !== undefined)
  if (known.length === 0) return 'unknown'
  const [min, max] = [Math.min(...known), Math.max(...known)]
  return min === max ? `${min}` : `${min} to ${max}`
}
