import { InputError, InterruptedError } from '@dapr-perf/errors'
import type { CaseEnd, Result } from 'perf-sdk/runner'

export const exitCodes = {
  /** All checks held; of a comparison: B is not slower. */
  passed: 0,
  /** A check failed, or the run did. */
  failed: 1,
  /** Of a comparison: B is slower. */
  slower: 1,
  /** Wrong usage or input. */
  wrongUsage: 2,
  /** Of a run: the load was not what was asked for. */
  notValid: 3,
  /** Of a comparison: it can't be told whether B is slower. */
  cannotTell: 3,
  /** Of a comparison: it could not be started or finished, for instance because a side doesn't build, or a check of a load failed. */
  notMeasured: 4,
  /** Ended by a signal, after teardown. */
  interrupted: 130,
}

/** Of an error that ended a command or a case. */
export function exitCodeOfError(error: unknown): number {
  if (error instanceof InputError) return exitCodes.wrongUsage
  return error instanceof InterruptedError ? exitCodes.interrupted : exitCodes.failed
}

/** Of several cases the first that occurs: interrupted, wrong input, failed, not valid, passed. */
export function exitCodeOfRun(ends: CaseEnd<Result>[]): number {
  const { interrupted, wrongUsage, failed, notValid, passed } = exitCodes
  const codes = ends.map(exitCodeOfCase)
  return [interrupted, wrongUsage, failed, notValid].find((code) => codes.includes(code)) ?? passed
}

function exitCodeOfCase({ result: { outcome }, error }: CaseEnd<Result>): number {
  if (error) return exitCodeOfError(error)
  if (outcome === 'passed') return exitCodes.passed
  return outcome === 'not valid' ? exitCodes.notValid : exitCodes.failed
}
