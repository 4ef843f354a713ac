import { isDeepStrictEqual } from 'node:util'
import { ofAnyRun } from './of-any-run.js'

type Load = Record<string, unknown>

/**
 * What was asked for in the loads of a run, by variant and field: one value, or a list of all where the rounds differ.
 *
 * @param loads without what is not compared
 * @param run the name of the run
 */
export function comparableLoads(loads: Load[], run: string, isInCluster: boolean): Record<string, Load> {
  const variants = [...new Set(loads.map(({ variant }) => variant as string))]
  return Object.fromEntries(
    variants.map((name) => {
      const own = loads
        .filter(({ variant }) => variant === name)
        .map(({ variant: _, target, ...load }) => ({
          ...load,
          target: targetOfAnyRun(target, run, isInCluster),
        }))
      const fields = [...new Set(own.flatMap(Object.keys))]
      return [
        name,
        Object.fromEntries(fields.map((field) => [field, oneOf(own.map((load: Load) => load[field]))])),
      ]
    }),
  )
}

function oneOf(values: unknown[]): unknown {
  const different = values.filter(
    (value, index) => values.findIndex((other) => isDeepStrictEqual(value, other)) === index,
  )
  return different.length === 1 ? different[0] : different
}

/** What a target has of addresses and names: in a cluster they end in a suffix of the run's own. */
const resolved = ['url', 'sidecar', 'address', 'appId', 'store', 'pubsub', 'keyPrefix']
const suffix = /-[b-df-hj-np-tv-xz0-9]{5}(?=[.:/]|$)/

function targetOfAnyRun(target: unknown, run: string, isInCluster: boolean): unknown {
  if (typeof target !== 'object' || target === null) return target
  const ofRun = (name: string, value: unknown) =>
    isInCluster && typeof value === 'string' && resolved.includes(name)
      ? value.replace(suffix, '')
      : ofAnyRun(value, run)
  return Object.fromEntries(Object.entries(target).map(([name, value]) => [name, ofRun(name, value)]))
}
