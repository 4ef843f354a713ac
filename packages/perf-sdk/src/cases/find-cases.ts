import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { InputError } from '../errors.js'
import { TestRunner } from '../runner/test-runner.js'

/** A case that was found; it isn't loaded yet. */
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

/**
 * Finds the cases, `tests/NAME/case.ts`, of the folder or of the nearest one above it that has some.
 *
 * @throws InputError where there is none
 */
export function findCases(from: string): CaseFolder {
  for (let root = from; ; root = dirname(root)) {
    const cases = casesIn(join(root, 'tests'))
    if (cases.length > 0) return { root, cases }
    if (root === dirname(root))
      throw new InputError(`no case: neither ${from} nor a folder above it has tests/NAME/case.ts`)
  }
}

/**
 * Loads a case. The process has to be able to import TypeScript.
 *
 * @throws InputError that names the file where it can't be loaded, or has no case to offer
 */
export async function loadCase({ file }: FoundCase): Promise<TestRunner> {
  const module: { default?: unknown } = await import(pathToFileURL(file).href).catch((error: Error) => {
    throw new InputError(`${file}: ${error.message}`, { cause: error })
  })
  if (!(module.default instanceof TestRunner)) {
    throw new InputError(`${file}: its default export has to be a new TestRunner({ … })`)
  }
  return module.default
}

function casesIn(folder: string): FoundCase[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, file: join(folder, name, 'case.ts') }))
    .filter(({ file }) => existsSync(file))
}
