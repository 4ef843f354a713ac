export const exitCodes = {
  /** All checks held. */
  passed: 0,
  /** A check failed, or the run did. */
  failed: 1,
  /** Wrong usage or input. */
  wrongUsage: 2,
  /** Ended by a signal, after teardown. */
  interrupted: 130,
}
