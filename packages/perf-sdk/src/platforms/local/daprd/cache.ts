import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DaprPerfError } from '../../../errors.js'
import { machine } from './machine.js'
import type { LocateDaprdOptions } from './options.js'
import { reason } from './reason.js'
import { checkVersion } from './version.js'

const workPrefix = 'making-daprd-'
const dayInMs = 24 * 60 * 60 * 1000

/** The daprd that an earlier run downloaded or built. */
export async function cachedDaprd(options: LocateDaprdOptions): Promise<string> {
  const path = cachedPath(options)
  if (!existsSync(path)) throw new DaprPerfError(`${path} is not there yet`)
  try {
    await checkVersion(path, options.version, options)
  } catch (error) {
    throw new DaprPerfError(`${reason(error)}; it is broken, a new one will replace it`, { cause: error })
  }
  return path
}

/** Has daprd made, and puts it where the next run looks, once it has said which version it is. */
export async function addToCache(
  options: LocateDaprdOptions,
  make: (workFolder: string) => Promise<string>,
): Promise<string> {
  return makeInCache(cachedPath(options), async (workFolder) => {
    const made = await make(workFolder)
    await chmod(made, 0o755)
    await checkVersion(made, options.version, options)
    options.signal?.throwIfAborted()
    return made
  })
}

/**
 * Has a file of the cache made in a work folder of its own, and moves it in one step to its place: what lies there is
 * always whole and verified, also when two runs make it at once.
 */
export async function makeInCache(
  file: string,
  make: (workFolder: string) => Promise<string>,
): Promise<string> {
  const cacheFolder = dirname(file)
  await mkdir(cacheFolder, { recursive: true })
  await removeAbandoned(cacheFolder)
  const workFolder = await mkdtemp(join(cacheFolder, workPrefix))
  try {
    await rename(await make(workFolder), file)
  } finally {
    await rm(workFolder, { recursive: true, force: true, maxRetries: 5 })
  }
  return file
}

function cachedPath({ cacheFolder, version }: LocateDaprdOptions): string {
  return join(cacheFolder, `daprd-${version}-${machine.os}-${machine.arch}`)
}

/** Removes the work folders of runs that were killed before they could tidy up. */
async function removeAbandoned(cacheFolder: string): Promise<void> {
  for (const name of await readdir(cacheFolder)) {
    if (!name.startsWith(workPrefix)) continue
    const folder = join(cacheFolder, name)
    const made = await stat(folder).catch(() => undefined)
    if (made && Date.now() - made.mtimeMs > dayInMs) await rm(folder, { recursive: true, force: true })
  }
}
