import { DaprPerfError } from '@dapr-perf/errors'
import { testerName } from '../description/apps.js'
import { FortioEngine } from '../load-engine/fortio/fortio-engine.js'
import { parseStoredHistogram } from '../load-engine/fortio/fortio-result.js'
import type { LoadEngine } from '../load-engine/load-engine.js'
import type { RunningApp, Session } from '../platforms/platform.js'

/** The engine that makes the loads of a session with running apps. */
export type EngineOf = (
  session: Pick<Session, 'testerToken'>,
  apps: ReadonlyMap<string, RunningApp>,
) => Promise<LoadEngine>

/** fortio, in the app tester. @throws DaprPerfError if the case has none */
export const fortioOf: EngineOf = async ({ testerToken: token }, apps) => {
  const tester = apps.get(testerName)
  if (!tester)
    throw new DaprPerfError(`a load needs the app ${testerName}: add tester() to the apps of the case`)
  return new FortioEngine({ url: await tester.acquireExternalURL(), token })
}

/** The service times of a load that was kept in the engine's own format. @throws DaprPerfError if it can't be read */
export const parseStoredLoad = parseStoredHistogram
