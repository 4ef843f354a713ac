import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { abResult } from '../ab/ab-result.js'
import type { AbResult } from '../results/ab-schema.js'
import { observationsFile, readObservations } from '../results/observations.js'
import { readResultFile } from '../results/read-result.js'
import { runResult } from '../results/run-result.js'
import type { Result } from '../results/schema.js'
import { unreadable } from '../results/unreadable.js'

/** Whether a folder is that of a case that has something on record. */
export const isStoredCase = (folder: string) =>
  existsSync(join(folder, 'result.json')) || existsSync(join(folder, observationsFile))

/**
 * A stored case: its result.json, or what was observed until it was killed.
 *
 * @throws InputError that names the file and what is wrong
 */
export function readCase(folder: string): Result | AbResult {
  const file = join(folder, 'result.json')
  return existsSync(file) ? readResultFile(file) : fromObservations(join(folder, observationsFile))
}

function fromObservations(file: string): Result | AbResult {
  try {
    const lines = readObservations(file)
    return lines[0]?.kind === 'ab' ? abResult(lines) : runResult(lines)
  } catch (error) {
    throw unreadable(file, error)
  }
}
