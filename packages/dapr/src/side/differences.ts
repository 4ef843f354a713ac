import type { OwnDependencies } from '../build/own-dependencies.js'
import type { BuildInfo } from './build-info.js'
import { dependencyDifferences } from './dependency-differences.js'
import type { Program } from './side.js'

/** A side, and how it was built; a text says why that can't be read. */
export type BuiltProgram = Pick<Program, 'source' | 'version'> &
  OwnDependencies & { info: BuildInfo | string }

/** Settings that tell sources apart, or follow from them. */
const ofSources = /^(vcs|DefaultGODEBUG$|-pgo$)/

const origins = {
  path: 'a file',
  '~/.dapr/bin': 'an installed release',
  release: 'a release',
  'go build': 'built here',
} as const

/** How the programs of two sides were built differently, in plain sentences; none where they were built alike. */
export function differencesOf(a: BuiltProgram, b: BuiltProgram): string[] {
  const [nameA, nameB] = [describe('A', a), describe('B', b)]
  if (typeof a.info === 'string' || typeof b.info === 'string') {
    const isReleased = [a, b].every(({ source }) => source === 'release' || source === '~/.dapr/bin')
    if (isReleased) return [] // both as Dapr made them, which is all that was asked for
    const unknown = [
      [nameA, a.info],
      [nameB, b.info],
    ].filter(([, info]) => typeof info === 'string')
    return unknown.map(([name, why]) => `how ${name} was built is unknown: ${why}`)
  }
  const differences = [
    ...dependencyDifferences({ ...a, info: a.info }, { ...b, info: b.info }),
    ...settingDifferences(a.info.settings, b.info.settings),
  ]
  if (a.info.mainModule !== b.info.mainModule) {
    const [moduleA, moduleB] = [a.info.mainModule, b.info.mainModule]
    differences.unshift(`A was built in the module ${moduleA}, B in ${moduleB}: dependencies may differ, too`)
  }
  if (a.info.goVersion !== b.info.goVersion) {
    const [goA, goB] = [a.info.goVersion, b.info.goVersion]
    differences.unshift(
      `${nameA} was built with ${goA}, ${nameB} with ${goB}: this compares Go compilers, too`,
    )
  }
  return differences
}

type Settings = BuildInfo['settings']

function settingDifferences(a: Settings, b: Settings): string[] {
  const names = [...new Set([...a.keys(), ...b.keys()])].filter((name) => !ofSources.test(name)).sort()
  return names
    .filter((name) => a.get(name) !== b.get(name) && isKnown(name, a, b))
    .map((name) => `A was built ${settingOf(name, a)}, B ${settingOf(name, b)}`)
}

/** Go does not record linker flags where it trims paths: that a side has none says nothing. */
const isKnown = (name: string, a: Settings, b: Settings) =>
  name !== '-ldflags' || (a.has(name) && b.has(name))

const settingOf = (name: string, settings: Settings) =>
  settings.has(name) ? `with ${name}=${settings.get(name)}` : `without ${name}`

const describe = (name: 'A' | 'B', { source, version }: BuiltProgram) =>
  `${name} (${version}, ${origins[source]})`
