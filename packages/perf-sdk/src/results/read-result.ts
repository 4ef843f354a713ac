import { readFileSync } from 'node:fs'
import { InputError } from '@dapr-perf/errors'
import { z } from 'zod'
import { type AbResult, abResultSchema } from './ab-schema.js'
import { type Result, resultSchema } from './schema.js'

/**
 * Reads a stored result.json, of a run or of a comparison.
 *
 * @throws InputError that names the file and what is wrong
 */
export function readResultFile(file: string): Result | AbResult {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8'))
    return value?.kind === 'ab' ? abResultSchema.parse(value) : resultSchema.parse(value)
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
    throw new InputError(`${file}: ${reason}`, { cause: error })
  }
}
