import { join } from 'node:path'
import { z } from 'zod'
import { writeJsonFile } from './files.js'
import { about, dateTime } from './schema.js'

/** The file in a run's folder that says which cases it has. */
export const runFile = 'run.json'

/** run.json, written when a run begins. */
export const runSchema = z
  .object({
    schemaVersion: z.literal(1),
    run: about("The run's name: that of its folder", z.string()),
    command: z.enum(['run', 'ab']),
    startedAt: dateTime,
    cases: about('In their order; those without a folder were not started', z.array(z.string())),
  })
  .meta({ title: 'run.json of dapr-perf' })

export type Run = z.output<typeof runSchema>

export const writeRun = (folder: string, run: Omit<Run, 'schemaVersion' | 'startedAt'>): Promise<void> =>
  writeJsonFile(join(folder, runFile), { schemaVersion: 1, startedAt: new Date().toISOString(), ...run })
