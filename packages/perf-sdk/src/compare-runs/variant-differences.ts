import type { AbResult } from '../results/ab-schema.js'
import { comparableEnvironment } from './comparable-environment.js'
import { differencesOf } from './differences-of.js'
import { inWords } from './in-words.js'
import { withoutNotCompared } from './not-compared.js'

type Side = AbResult['sides']['a']

/** In what the environments of two variants differ besides what was asked for, in words; none where one isn't known. */
export function variantDifferences({ run, sides: { a, b } }: Pick<AbResult, 'run' | 'sides'>): string[] {
  if (!a.environment || !b.environment) return []
  const [before, after] = [a.environment, b.environment].map((environment) => {
    const compared = withoutNotCompared({ environment }) as { environment: typeof environment }
    return { environment: comparableEnvironment(compared.environment, run) }
  })
  return differencesOf(before, after)
    .filter(({ path }) => ![a, b].some((side) => isAskedFor(path, side)))
    .map(inWords)
}

/** What follows from fields of the Configuration, besides the Configuration itself. */
const followsFrom: Record<string, string> = { tracing: 'tracing', apiLogging: 'logging', metrics: 'metrics' }

/** Whether a side's flags asked for what is at a path. */
function isAskedFor([root, part, field, ...rest]: string[], { configuration, components }: Side): boolean {
  if (root !== 'environment' || part !== 'dapr' || field === undefined) return false
  if (field === 'components') return components?.includes(rest[0] ?? '') ?? false
  if (field === 'configuration') return reaches(configuration, rest)
  return followsFrom[field] !== undefined && reaches(configuration, [followsFrom[field]])
}

/** Whether an object has something at a path, or on the way to it. */
function reaches(value: unknown, [name, ...rest]: string[]): boolean {
  if (value === undefined) return false
  if (name === undefined || typeof value !== 'object' || value === null || Array.isArray(value)) return true
  return reaches((value as Record<string, unknown>)[name], rest)
}
