/**
 * How a case ended. passed: all checks passed; otherwise what the first check that is not met says: failed, or not valid,
 * where the load was not what was asked for; error: the case could not be finished; interrupted: by the user.
 */
export type Outcome = 'passed' | 'failed' | 'not valid' | 'error' | 'interrupted'

/**
 * How a comparison of two variants ended. slower: a metric of the gate is slower, and its interval reaches the least change
 * that matters; can't tell: no metric is slower, and at least one is undecided; not slower: every metric is decided, and
 * none is slower.
 */
export type AbOutcome = 'slower' | "can't tell" | 'not slower' | 'error' | 'interrupted'
