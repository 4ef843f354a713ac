import { dirname, join } from 'node:path'
import { built, folderOf } from '../../workspaces.js'

/** The folder of the fortio command. @throws DaprPerfError where it isn't built */
export function fortioFolder(): string {
  return dirname(built(join(folderOf('@dapr-perf/fortio-image'), 'bin', 'fortio'), 'npm run build'))
}
