import { isDeepStrictEqual } from 'node:util'
import type { Result } from '../results/schema.js'
import { comparableEnvironment } from './comparable-environment.js'
import { comparableLoads } from './comparable-loads.js'
import { type Difference, differencesOf } from './differences-of.js'
import { inWords } from './in-words.js'
import { withoutNotCompared } from './not-compared.js'

/** In what two runs of a case differ besides Dapr, in words: then their figures can't be compared. */
export function otherDifferences(one: Result, other: Result): string[] {
  const isKnownOfOne = (one.environment === undefined) !== (other.environment === undefined)
  const [before, after] = [one, other].map((result) => comparable(result, isKnownOfOne))
  const differences = differencesOf(before, after)
  const variants = Object.keys({ ...before?.loads, ...after?.loads })
  return [
    ...onceForAll(differences, variants)
      .filter((difference) => !followsFromParams(difference, differences))
      .map(inWords),
    ...(isKnownOfOne ? ['the environment is known of one of them only'] : []),
  ]
}

/** All of a run that has to be the same in another one, in a form in which it is. */
function comparable(result: Result, isEnvironmentUnknown: boolean) {
  const { loads, environment, ...others } = withoutNotCompared(result) as Result
  return {
    ...others,
    cpuSource: cpuSourceOf(result),
    rounds: Math.max(0, ...result.loads.map(({ round }) => round)),
    loads: comparableLoads(loads, result.run, environment?.platform === 'kubernetes'),
    ...(environment &&
      !isEnvironmentUnknown && { environment: comparableEnvironment(environment, result.run) }),
  }
}

/** Where CPU times come from, a list if from several sources; undefined in results of earlier versions. */
function cpuSourceOf({ loads }: Result): unknown {
  const usages = loads.flatMap(({ usage }) =>
    Object.values(usage).flatMap(({ app, sidecar }) => [app, sidecar]),
  )
  const sources = [...new Set(usages.flatMap((usage) => usage?.cpuSource ?? []))]
  return sources.length > 1 ? sources.sort() : sources[0]
}

/** Differences with one in place of those that the loads of all variants have alike. */
function onceForAll(differences: Difference[], variants: string[]): Difference[] {
  const ofVariant = ({ path: [part, _, ...field], ...values }: Difference, variant: string) =>
    differences.some((other) => isDeepStrictEqual(other, { path: [part, variant, ...field], ...values }))
  return differences.flatMap((difference) => {
    const [part, variant, ...field] = difference.path
    const isOfAll =
      part === 'loads' && field.length > 0 && variants.every((name) => ofVariant(difference, name))
    if (!isOfAll) return [difference]
    return variant === variants[0] ? [{ ...difference, path: [part, ...field] }] : []
  })
}

/** Whether it is in the loads only what it is in the parameters. */
const followsFromParams = ({ path: [part], before, after }: Difference, all: Difference[]) =>
  part === 'loads' &&
  all.some(({ path, ...params }) => path[0] === 'params' && isDeepStrictEqual(params, { before, after }))
