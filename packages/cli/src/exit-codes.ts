export const exitCodes = {
  /** All checks held; of a comparison: B is not slower. */
  passed: 0,
  /** A check failed, or the run did. */
  failed: 1,
  /** Of a comparison: B is slower. */
  slower: 1,
  /** Wrong usage or input. */
  wrongUsage: 2,
  /** Of a comparison: it can't be told whether B is slower. */
  cannotTell: 3,
  /** Of a comparison: it could not be started or finished, for instance because a side doesn't build, or a check of a load failed. */
  notMeasured: 4,
  /** Ended by a signal, after teardown. */
  interrupted: 130,
}
