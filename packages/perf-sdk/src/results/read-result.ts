import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { type AbResult, abResultSchema } from './ab-schema.js'
import { type Result, resultSchema } from './schema.js'
import { unreadable } from './unreadable.js'
import { upgrade } from './upgrade.js'

const comparison = z.object({ kind: z.literal('ab') })

/**
 * Reads a stored result.json, of a run or of a comparison. That of a run may be of version 2, and is then brought into the
 * current form: what it doesn't have is absent.
 *
 * @throws InputError that names the file and the first thing that is wrong, in one line
 */
export function readResultFile(file: string): Result | AbResult {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return comparison.safeParse(value).success
      ? abResultSchema.parse(value)
      : resultSchema.parse(upgrade(value))
  } catch (error) {
    throw unreadable(file, error)
  }
}
