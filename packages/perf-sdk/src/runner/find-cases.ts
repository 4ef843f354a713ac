import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describeError, InputError } from '@dapr-perf/errors'
import { type Case, caseOf } from '../case/test-runner.js'
import { importTypeScript } from './import-typescript.js'

/** A case that is not loaded yet. */
export interface FoundCase {
  /** The name of its folder. */
  name: string
  file: string
}

export interface CaseFolder {
  /** The folder that holds `tests`. */
  root: string
  /** By name. */
  cases: FoundCase[]
}

/** A case that can be run. */
export interface LoadedCase extends FoundCase {
  case: Case
}

/**
 * The cases of a folder, `NAME/case.ts`.
 *
 * @throws InputError if there is none
 */
export function casesOfFolder(folder: string): CaseFolder {
  const cases = casesIn(folder)
  if (cases.length > 0) return { root: dirname(folder), cases }
  throw new InputError(`no case found: ${folder} has no NAME/case.ts`)
}

/**
 * Finds the cases, `tests/NAME/case.ts`, of the folder or of its nearest parent that has some.
 *
 * @throws InputError if there is none
 */
export function findCases(from: string): CaseFolder {
  for (let root = from; ; root = dirname(root)) {
    const cases = casesIn(join(root, 'tests'))
    if (cases.length > 0) return { root, cases }
    if (root === dirname(root))
      throw new InputError(`no case found: neither ${from} nor a folder above it has tests/NAME/case.ts`)
  }
}

/**
 * Loads a case.
 *
 * @throws InputError that names the file if it can't be loaded or exports no case
 */
export async function loadCase(found: FoundCase): Promise<LoadedCase> {
  const { file } = found
  const module = await importTypeScript(file).catch((error: unknown) => {
    throw new InputError(`${file}: ${describeError(error)}`, { cause: error })
  })
  const loaded = caseOf(module.default)
  if (!loaded) throw new InputError(`${file}: its default export has to be a new TestRunner({ … })`)
  return { ...found, case: loaded }
}

function casesIn(folder: string): FoundCase[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, file: join(folder, name, 'case.ts') }))
    .filter(({ file }) => existsSync(file))
}
