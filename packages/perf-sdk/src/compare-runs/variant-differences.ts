import type { AbResult } from '../results/ab-schema.js'
import { comparableEnvironment } from './comparable-environment.js'
import { type Difference, differencesOf } from './differences-of.js'
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
    .filter(
      (difference) => !isToldByItself(difference) && ![a, b].some((side) => isAskedFor(difference, side)),
    )
    .map(inWords)
}

/** What pods were admitted with has lines of its own. */
const isToldByItself = ({ path: [, part, field] }: Difference) => part === 'cluster' && field === 'admission'

/** What follows from fields of the Configuration, besides the Configuration itself. */
const followsFrom: Record<string, string> = { tracing: 'tracing', apiLogging: 'logging', metrics: 'metrics' }

/** Whether a side's flags asked for a difference. */
function isAskedFor({ path, before, after }: Difference, side: Side): boolean {
  const [root, part, field = '', ...rest] = path
  if (root !== 'environment') return false
  if (part === 'programs' && field === 'apps') {
    const [, setting = '', ...names] = rest
    const asked = { daprEnv: side.env, daprArgs: side.args }[setting]
    const differing = names.length > 0 ? names : Object.keys({ ...Object(before), ...Object(after) })
    return asked !== undefined && differing.every((name) => name in asked)
  }
  if (part !== 'dapr') return false
  if (field === 'components') return side.components?.includes(rest[0] ?? '') ?? false
  if (field === 'resources') return side.components !== undefined || side.resources !== undefined
  if (field === 'configuration') return reaches(side.configuration, rest)
  return followsFrom[field] !== undefined && reaches(side.configuration, [followsFrom[field]])
}

/** Whether an object has something at a path, or on the way to it. */
function reaches(value: unknown, [name, ...rest]: string[]): boolean {
  if (value === undefined) return false
  if (name === undefined || typeof value !== 'object' || value === null || Array.isArray(value)) return true
  return reaches((value as Record<string, unknown>)[name], rest)
}
