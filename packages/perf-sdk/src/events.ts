/** Progress of a run. Each event ends the one before it. */
export type RunEvent =
  /** Something of unknown length. */
  | { kind: 'step'; what: string }
  /** A load of known length, in seconds. */
  | { kind: 'load'; what: string; seconds: number }
  /** Some of many parts are done; `detail` is what is known so far. */
  | { kind: 'progress'; what: string; done: number; total: number; detail: string }
  /** A message that stays visible. */
  | { kind: 'note'; what: string }

export type ReportEvent = (event: RunEvent) => void

/** Seconds since a time of performance.now(), for display. */
export const secondsSince = (moment: number) => ((performance.now() - moment) / 1000).toFixed(1)
