import { chmod } from 'node:fs/promises'
import type { LocateDaprdOptions } from '../options.js'
import { checkVersion } from '../version.js'
import { makeInCache } from './make.js'

/**
 * Makes daprd, checks its version and moves it into the cache, where the next run finds it.
 *
 * @param make returns the path of the daprd that it made in `workFolder`
 * @throws DaprPerfError where what was made doesn't answer with the version
 */
export async function addDaprd(
  name: string,
  options: Pick<LocateDaprdOptions, 'cacheFolder' | 'version' | 'env' | 'signal'>,
  make: (workFolder: string) => Promise<string>,
): Promise<string> {
  return makeInCache(options.cacheFolder, async (workFolder) => {
    const file = await make(workFolder)
    await chmod(file, 0o755)
    await checkVersion(file, options.version, options)
    options.signal?.throwIfAborted()
    return { file, name }
  })
}
