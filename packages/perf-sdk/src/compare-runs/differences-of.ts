import { isDeepStrictEqual } from 'node:util'

export interface Difference {
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
  const isAbsent = before === undefined || after === undefined
  if (!areFields || (isAbsent && isWhole(path))) return [{ path, before, after }]
  const [ones, others] = [before ?? {}, after ?? {}] as [Record<string, unknown>, Record<string, unknown>]
  const names = [...new Set([...Object.keys(ones), ...Object.keys(others)])]
  const ofFields = names.flatMap((name) => differencesOf(ones[name], others[name], [...path, name]))
  return ofFields.length > 0 ? ofFields : [{ path, before, after }] // {} and nothing
}

/** What results of earlier versions don't have is not told field by field. */
const isWhole = (path: string[]) =>
  path.join('.') === 'environment.dapr.apps' ||
  (path.length === 3 && path[0] === 'loads' && ['target', 'machine'].includes(path[2] as string))

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
