import { InputError } from '@dapr-perf/errors'
import { closest } from 'fastest-levenshtein'
import type { FoundCase } from 'perf-sdk/runner'

/** @throws InputError if neither names nor `all` is given, or both are, or a name is unknown */
export function chooseCases(names: string[], all: boolean, cases: FoundCase[]): FoundCase[] {
  if (all && names.length > 0) throw new InputError('--all runs every case: leave out their names')
  if (all) return cases
  if (names.length === 0)
    throw new InputError('which case? Name some, or use --all: `dapr-perf list` shows them')
  return [...new Set(names)].map((name) => chooseCase(name, cases))
}

/** @throws InputError that suggests the most similar name if there is no such case */
export function chooseCase(name: string, cases: FoundCase[]): FoundCase {
  const found = cases.find((candidate) => candidate.name === name)
  if (found) return found
  const nearest = closest(
    name,
    cases.map((candidate) => candidate.name),
  )
  throw new InputError(`there is no case ${name}. Did you mean ${nearest}? \`dapr-perf list\` shows them all`)
}
