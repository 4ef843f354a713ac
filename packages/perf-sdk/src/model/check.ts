/** A condition that the figures need to be meaningful, or a limit that the case sets. */
export interface Check {
  /** The same in all versions. */
  id: string
  name: string
  passed: boolean
  /** What was found, with its figures. */
  detail: string
  /** The outcome of the case if it is not met, unless one before it is not met either; failed if absent. */
  ifNotMet?: 'failed' | 'not valid' | undefined
}
