/** Progress of a run. Each event ends the one before it, but a note does not. */
export type RunEvent =
  /** Something of unknown length. */
  | { kind: 'step'; what: string }
  /** A load of known length, in seconds. */
  | { kind: 'load'; what: string; seconds: number }
  /** Some of many parts are done; `detail` is what is known so far. */
  | { kind: 'progress'; what: string; done: number; total: number; detail: string }
  /** A message that stays visible; with `isEnd`, what went on has not succeeded. */
  | { kind: 'note'; what: string; isEnd?: boolean }

export type ReportEvent = (event: RunEvent) => void

/** Seconds since a time of performance.now(), for display. */
export const secondsSince = (moment: number) => ((performance.now() - moment) / 1000).toFixed(1)
