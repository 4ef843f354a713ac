/** What an event is about. Absent is what it is not about, or is about all of. */
export interface EventSubject {
  case?: string
  /** Counts from 1; 0 is the trial block. */
  block?: number
  variant?: string
}

/** Progress of a run. Each event ends the one before it, but a note does not. */
export type RunEvent = EventSubject &
  (
    | /** Something of unknown length. */ { kind: 'step'; what: string }
    | LoadEvent
    | BlocksEvent
    | /** A message that stays visible; with `isEnd`, what went on has not succeeded. */ {
        kind: 'note'
        what: string
        isEnd?: boolean
      }
  )

/** A load of known length. */
export interface LoadEvent extends EventSubject {
  kind: 'load'
  what: string
  seconds: number
  /** Of so many rounds, counted from 1; absent where there are none. */
  round?: { number: number; of: number } | undefined
}

/** Some blocks of a comparison are measured. */
export interface BlocksEvent extends EventSubject {
  kind: 'blocks'
  done: number
  total: number
  /** How long the others take at most, in seconds. */
  secondsLeft: number
  /** What the last look says of the metrics of the gate; empty before the first one. */
  changes: MetricChange[]
}

/** By how much B differs from A, as a share of A: 0.02 is 2 %. */
interface MetricChange {
  metric: string
  estimate: number
  interval: { low: number; high: number }
}

export type ReportEvent = (event: RunEvent) => void

/** Reports events as being about something. The variant of a load that one of A and B makes is part of the load's name. */
export const reportAbout =
  (subject: EventSubject, report: ReportEvent): ReportEvent =>
  (event) =>
    report(
      subject.variant !== undefined && event.kind === 'load'
        ? { ...event, what: nameOfLoad({ ...event, round: undefined }), ...subject }
        : { ...subject, ...event },
    )

/** The name of a load: `dapr load, round 2 of 6`. */
export function nameOfLoad({ variant, what, round }: Pick<LoadEvent, 'variant' | 'what' | 'round'>): string {
  const name = variant === undefined ? what : `${variant} ${what}`
  return round ? `${name}, round ${round.number} of ${round.of}` : name
}

/** Seconds since a time of performance.now(), for display. */
export const secondsSince = (moment: number) => ((performance.now() - moment) / 1000).toFixed(1)
