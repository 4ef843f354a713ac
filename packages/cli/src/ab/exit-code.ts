import { BuildError } from '@dapr-perf/dapr'
import { InputError, InterruptedError, VariantError } from '@dapr-perf/errors'
import type { AbResult, CaseEnd } from 'perf-sdk/runner'
import { exitCodes } from '../exit-codes.js'

/** What `git bisect run` (git-bisect(1)) understands. */
const bisectCodes = { good: 0, bad: 1, skip: 125, abort: 128 }

/** Of several cases the first that occurs: slower, wrong input, not finished, can't tell, not slower. */
export function exitCodeOf(ends: CaseEnd<AbResult>[]): number {
  const outcomes = ends.map(({ result }) => result.outcome)
  if (outcomes.includes('slower')) return exitCodes.slower
  if (ends.some(({ error }) => error instanceof InputError)) return exitCodes.wrongUsage
  if (outcomes.includes('error')) return exitCodes.notMeasured
  return outcomes.includes("can't tell") ? exitCodes.cannotTell : exitCodes.passed
}

/** The same for `git bisect run`: a commit that does not work is skipped, and any other failure ends the bisection. */
export function bisectExitCode(ends: CaseEnd<AbResult>[]): number {
  const code = exitCodeOf(ends)
  if (code === exitCodes.passed) return bisectCodes.good
  if (code === exitCodes.slower) return bisectCodes.bad
  const errors = ends.flatMap(({ error }) => error ?? [])
  return errors.every((error) => error instanceof VariantError && error.variant === 'b')
    ? bisectCodes.skip
    : bisectCodes.abort
}

/**
 * The exit code of a comparison that ended with an error that is no case's: before the first one.
 *
 * @param usual that of any other command
 */
export function errorExitCode(error: unknown, usual: number, isBisect: boolean): number {
  if (error instanceof InterruptedError) return usual
  if (isBisect)
    return error instanceof BuildError && error.side.label === '--b' ? bisectCodes.skip : bisectCodes.abort
  return usual === exitCodes.failed ? exitCodes.notMeasured : usual
}
