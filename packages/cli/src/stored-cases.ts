import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import { readResultFile } from 'perf-sdk/runner'

/** The cases of a stored run. @throws InputError if there is none, or a result can't be read */
export function storedCases(run: string) {
  const folder = resolve(run)
  const expected = 'expected the folder of a run, such as results/latest, with CASE/result.json in it'
  if (!existsSync(folder)) throw new InputError(`${run} does not exist: ${expected}`)
  const folders = readdirSync(folder)
    .map((name) => realpathSync(join(folder, name)))
    .filter((one) => existsSync(join(one, 'result.json')))
  if (folders.length === 0) throw new InputError(`${run}: ${expected}`)
  return folders.map((one) => ({ result: readResultFile(join(one, 'result.json')), folder: one }))
}
