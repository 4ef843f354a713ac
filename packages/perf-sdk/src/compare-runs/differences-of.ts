import { isDeepStrictEqual } from 'node:util'

interface Difference {
  /** Names of fields. */
  path: string[]
  /** Undefined where it is absent. */
  before: unknown
  after: unknown
}

/** All that differs between two values as JSON has them: field by field of objects; arrays as a whole. */
export function differencesOf(before: unknown, after: unknown, path: string[] = []): Difference[] {
  if (isDeepStrictEqual(before, after)) return []
  const areFields = [before, after].every((value) => value === undefined || isObject(value))
  if (!areFields) return [{ path, before, after }]
  const [ones, others] = [before ?? {}, after ?? {}] as [Record<string, unknown>, Record<string, unknown>]
  const names = [...new Set([...Object.keys(ones), ...Object.keys(others)])]
  const ofFields = names.flatMap((name) => differencesOf(ones[name], others[name], [...path, name]))
  return ofFields.length > 0 ? ofFields : [{ path, before, after }] // {} and nothing
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
