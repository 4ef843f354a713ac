import { existsSync, rmSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'
import { onExit } from 'signal-exit'
import { machine } from '../machine.js'
import { messageOf } from '../message-of.js'
import type { LocateDaprdOptions } from './options.js'
import { checkVersion } from './version.js'

const workPrefix = 'making-daprd-'
const removal = { recursive: true, force: true, maxRetries: 5 }
const dayInMs = 24 * 60 * 60 * 1000

/** The daprd that an earlier run downloaded or built. */
export async function cachedDaprd(options: LocateDaprdOptions): Promise<string> {
  const path = cachedPath(options)
  if (!existsSync(path)) throw new DaprPerfError(`${path} does not exist yet`)
  try {
    await checkVersion(path, options.version, options)
  } catch (error) {
    throw new DaprPerfError(`${messageOf(error)}; this broken file will be replaced`, { cause: error })
  }
  return path
}

/** Makes daprd, checks its version and moves it into the cache, where the next run finds it. */
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
 * Makes a file in a temporary folder and moves it into the cache atomically: the cache never holds an incomplete file,
 * even when two runs make the same one at once.
 *
 * @param make returns the path of the file that it made in `workFolder`
 * @returns the path in the cache
 */
export async function makeInCache(
  file: string,
  make: (workFolder: string) => Promise<string>,
): Promise<string> {
  const cacheFolder = dirname(file)
  await mkdir(cacheFolder, { recursive: true })
  await removeAbandoned(cacheFolder)
  const workFolder = await mkdtemp(join(cacheFolder, workPrefix))
  // Last: after programs that write to it were killed.
  const forgetExit = onExit(() => rmSync(workFolder, removal), { alwaysLast: true })
  try {
    await rename(await make(workFolder), file)
  } finally {
    forgetExit()
    await rm(workFolder, removal)
  }
  return file
}

function cachedPath({ cacheFolder, version }: LocateDaprdOptions): string {
  return join(cacheFolder, `daprd-${version}-${machine.os}-${machine.arch}`)
}

/** Removes the temporary folders of runs that were killed more than a day ago. */
async function removeAbandoned(cacheFolder: string): Promise<void> {
  for (const name of await readdir(cacheFolder)) {
    if (!name.startsWith(workPrefix)) continue
    const folder = join(cacheFolder, name)
    const made = await stat(folder).catch(() => undefined)
    if (made && Date.now() - made.mtimeMs > dayInMs) await rm(folder, { recursive: true, force: true })
  }
}
