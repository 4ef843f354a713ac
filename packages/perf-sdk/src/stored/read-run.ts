import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import type { AbResult } from '../results/ab-schema.js'
import { runFile, runSchema } from '../results/run-file.js'
import type { Result } from '../results/schema.js'
import { unreadable } from '../results/unreadable.js'
import { isStoredCase, readCase } from './read-case.js'

/** A case of a stored run. */
export interface CaseOfRun<R = Result | AbResult> {
  result: R
  /** Absolute path of the folder of its results. */
  folder: string
}

/** What is on record of a run. */
export interface StoredRun {
  /** In their order. */
  cases: CaseOfRun[]
  /** Names of those that were not started. */
  notStarted: string[]
  /** What could not be read, each with its reason. */
  problems: string[]
}

/** @throws InputError if the folder holds no run, or nothing of it can be read */
export function readRun(run: string): StoredRun {
  const folder = resolve(run)
  const expected = 'expected the folder of a run, such as results/latest, with CASE/result.json in it'
  const found = statSync(folder, { throwIfNoEntry: false })
  if (!found) throw new InputError(`${run} does not exist: ${expected}`)
  if (!found.isDirectory()) throw new InputError(`${run} is no folder: ${expected}`)
  const problems: string[] = []
  const attempt = <T>(read: () => T): T[] => {
    try {
      return [read()]
    } catch (error) {
      problems.push((error as Error).message)
      return []
    }
  }
  const names = attempt(() => casesOf(folder)).flat()
  const stored = (names.length > 0 ? names : readdirSync(folder)).filter((name) =>
    isStoredCase(join(folder, name)),
  )
  if (stored.length === 0) throw new InputError([`${run}: ${expected}`, ...problems].join('\n'))
  const cases = stored.flatMap((name) => {
    const ofCase = realpathSync(join(folder, name))
    return attempt(() => ({ result: readCase(ofCase), folder: ofCase }))
  })
  return { cases, notStarted: names.filter((name) => !stored.includes(name)), problems }
}

/** The cases of run.json; none of a run of an earlier version, which has no such file. */
function casesOf(folder: string): string[] {
  const file = join(folder, runFile)
  if (!existsSync(file)) return []
  try {
    return runSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).cases
  } catch (error) {
    throw unreadable(file, error)
  }
}
