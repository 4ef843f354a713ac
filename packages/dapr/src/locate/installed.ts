import { join } from 'node:path'
import type { LocateDaprdOptions } from '../options.js'
import { checkVersion } from '../version.js'

/** The daprd that `dapr init` installed, if it is the pinned version. */
export async function installedDaprd(options: LocateDaprdOptions): Promise<string> {
  const path = join(options.home, '.dapr', 'bin', 'daprd')
  await checkVersion(path, options.version, options)
  return path
}
