/** What a run is doing, for whoever shows it. Each event ends the one before it. */
export type Progress =
  /** Something that takes as long as it takes. */
  | { kind: 'step'; what: string }
  /** A load of known length. */
  | { kind: 'load'; what: string; seconds: number }
  /** A line worth keeping. */
  | { kind: 'note'; what: string }

export type ReportProgress = (progress: Progress) => void

/** Seconds since a moment of performance.now(), as they are shown. */
export const secondsSince = (moment: number) => ((performance.now() - moment) / 1000).toFixed(1)
