import type { Check } from '../model/check.js'
import type { Summary } from '../model/summary.js'
import { extraConnectionsOf } from '../statistics/summary.js'
import { mostReopenedPercent } from './limits.js'

/** Of the requests of a variant, in percent, how many connections were opened again; undefined if it is not known. */
export const reopenedPercent = ({ requests, extraConnections }: Summary): number | undefined =>
  extraConnections && (extraConnectionsOf(extraConnections) / requests) * 100

/**
 * How many connections to an app were opened and closed in the loads of a variant, of the app with most; undefined if it is
 * not known. Where the load generator calls a sidecar, they are not its own.
 */
export function closedToApps({ usage }: Pick<Summary, 'usage'>): { app: string; count: number } | undefined {
  const known = Object.entries(usage).flatMap(
    ([
      app,
      {
        app: { closedConnections: count },
      },
    ]) => (count === undefined ? [] : [{ app, count }]),
  )
  return known.sort((one, other) => other.count - one.count)[0]
}

/**
 * Checks that the connections of the baseline stayed open, or else that sidecars had to open new ones, too: then both
 * pay for them, as with an app that answers `Connection: close`. If only the baseline does, Dapr seems to add too little.
 * Where it is not known what sidecars did, that is said, and no check.
 */
export function checkBaselineConnections([baseline, ...others]: [string, Summary][]): Check[] {
  if (!baseline) return []
  const [variant, summary] = baseline
  const percent = reopenedPercent(summary)
  if (percent === undefined || !summary.extraConnections) return []
  const isKept = others.some(([, other]) => {
    const closed = closedToApps(other)
    return closed !== undefined && (closed.count / other.requests) * 100 <= mostReopenedPercent
  })
  return [
    {
      id: `${variant}.connections`,
      name: `${variant}: at most ${mostReopenedPercent} % of the requests need a new connection, unless behind a sidecar they do, too`,
      passed: percent <= mostReopenedPercent || !isKept,
      detail: `${extraConnectionsOf(summary.extraConnections)} of ${summary.requests}`,
      value: percent,
      limit: mostReopenedPercent,
      unit: '%',
      ifNotMet: 'not valid',
    },
  ]
}
