/** A condition that the figures need to be meaningful, or a limit that the case sets. */
export interface Check {
  /** The same in all versions. */
  id: string
  name: string
  passed: boolean
  /** What was found, with its figures. */
  detail: string
  /** What was found, as a number; null if it is not known. Absent where it is none. */
  value?: number | null | undefined
  /** What `value` is held against: at most or at least that, as the name says. */
  limit?: number | undefined
  /** Of both. */
  unit?: string | undefined
  /** The outcome of the case if it is not met, unless one before it is not met either; failed if absent. */
  ifNotMet?: 'failed' | 'not valid' | undefined
}
