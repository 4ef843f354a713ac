import type { Change } from './estimate.js'

/** On a metric whose increase is a slowdown. X is the least effect that matters. */
export type Verdict =
  | 'slower'
  | 'slower, by less than X'
  | 'faster'
  | 'faster, by less than X'
  | 'no difference of X or more'
  | "can't tell"

/**
 * @param change relative
 * @param minEffect X, relative: 0.02 is 2 %
 */
export function verdictOn({ interval }: Change, minEffect: number): Verdict {
  const small = isWithin(interval, minEffect)
  if (interval.low > 0) return small ? 'slower, by less than X' : 'slower'
  if (interval.high < 0) return small ? 'faster, by less than X' : 'faster'
  return small ? 'no difference of X or more' : "can't tell"
}

/** Whether a run may stop looking at a metric: it differs and by an estimate of X or more, or it differs by less than X. */
export function isDecided({ estimate, interval }: Change, minEffect: number): boolean {
  const differs = interval.low > 0 || interval.high < 0
  return (differs && Math.abs(estimate) >= minEffect) || isWithin(interval, minEffect)
}

const isWithin = ({ low, high }: Change['interval'], minEffect: number) =>
  low > -minEffect && high < minEffect
