import { InvalidLoadError } from './errors.js'

/** Files and connections that fortio, an app or a sidecar has open beside those of a load. */
const others = 64
/** An app's sidecar connects to it more often than it has requests: measured with 185 connections and a limit of 256. */
const perConnection = 2

/**
 * Checks that the processes of a load may open enough files for its connections. This process's limit is also fortio's,
 * and that of apps and sidecars which were started in the same way.
 *
 * @throws InvalidLoadError that names the limit
 */
export function checkOpenFiles(connections: number, limit = openFilesLimit()): void {
  const most = Math.max(0, Math.floor((limit - others) / perConnection))
  if (connections > most)
    throw new InvalidLoadError(
      `clientConnections must be ${most} or less, not ${connections}: ` +
        `a process may open ${limit} files here (ulimit -n), and needs ${perConnection} for each connection and ${others} more`,
    )
}

/** Infinity if there is no limit, or it is unknown. */
function openFilesLimit(): number {
  // Else the report looks up the name of each connection's address, and waits for the answers.
  Object.assign(process.report, { excludeNetwork: true })
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } }
  const limit = userLimits?.open_files?.soft
  return typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY
}
