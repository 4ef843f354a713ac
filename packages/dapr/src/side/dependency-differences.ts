import type { LocalModule, OwnDependencies } from '../build/own-dependencies.js'
import type { BuildInfo } from './build-info.js'
import type { Program } from './side.js'

type Built = OwnDependencies & Pick<Program, 'source'> & { info: BuildInfo }

/** What the dependencies of two programs were taken from differently, in plain sentences. */
export function dependencyDifferences(a: Built, b: Built): string[] {
  const differences: string[] = []
  if (a.workspace !== b.workspace)
    differences.push(
      `A was built ${inWorkspace(a)}, B ${inWorkspace(b)}: versions of dependencies may differ, too`,
    )
  if (Boolean(a.vendor) !== Boolean(b.vendor))
    differences.push(`A was built ${vendored(a)}, B ${vendored(b)}: they may differ`)
  const [ofA, ofB] = [foldersOf(a), foldersOf(b)]
  for (const path of [...new Set([...ofA.keys(), ...ofB.keys()])].sort()) {
    const [fromA, fromB] = [ofA, ofB].map((folders) => folders.get(path) ?? 'in the version that it requires')
    if (fromA !== fromB) differences.push(`A was built with ${path} ${fromA}, B ${fromB}`)
  }
  return differences
}

const inWorkspace = ({ workspace }: Built) =>
  workspace ? `in the workspace ${workspace}` : 'in no workspace'

const vendored = ({ vendor }: Built) =>
  `with dependencies ${vendor ? 'from its vendor folder' : 'that go downloads'}`

/** The modules that were built from folders, and in words from which. */
function foldersOf({ localModules = [], info, source }: Built): Map<string, string> {
  return source === 'go build'
    ? new Map(localModules.map((module) => [module.path, stateOf(module)]))
    : new Map(info.localModules.map((path) => [path, 'as it stood in a folder']))
}

const stateOf = ({ folder, commit, dirty }: LocalModule) =>
  `as it stands in ${folder}${commit ? ` (commit ${commit.slice(0, 12)}${dirty ? ' with changes' : ''})` : ''}`
