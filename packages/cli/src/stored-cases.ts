import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import { readResultFile } from 'perf-sdk/runner'

/** The cases of a stored run. @throws InputError if there is none, or a result can't be read */
export function storedCases(run: string) {
  const folder = resolve(run)
  const expected = 'expected the folder of a run, such as results/latest, with CASE/result.json in it'
  const found = statSync(folder, { throwIfNoEntry: false })
  if (!found) throw new InputError(`${run} does not exist: ${expected}`)
  if (!found.isDirectory()) throw new InputError(`${run} is no folder: ${expected}`)
  const folders = readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'result.json')))
    .map((name) => realpathSync(join(folder, name)))
  if (folders.length === 0) throw new InputError(`${run}: ${expected}`)
  return folders.map((one) => ({ result: readResultFile(join(one, 'result.json')), folder: one }))
}
