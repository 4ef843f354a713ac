import type { Result } from '../results/schema.js'
import type { FoundCase } from './find-cases.js'
import type { RunCasesOptions } from './plan.js'
import type { CaseEnd } from './reporter.js'
import { inRounds, type RoundsOptions } from './rounds.js'
import { runCases } from './run-cases.js'

export interface RunOptions extends RunCasesOptions, RoundsOptions {}

/** Runs cases, one after the other; see runCases. @returns the end of each case that was started */
export const run = (found: FoundCase[], options: RunOptions): Promise<CaseEnd<Result>[]> =>
  runCases(found, inRounds(options), options)
