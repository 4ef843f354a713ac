import { existsSync } from 'node:fs'
import { open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultCacheFolder } from '../options.js'
import { removeAbandoned } from './abandoned.js'
import { isCacheName } from './names.js'

/** What was removed from the cache, and what was left in it. */
export interface CleanedCache {
  folder: string
  /** The names of the programs that were removed, and their sizes. */
  removed: { name: string; bytes: number }[]
  /** The paths of the folders of killed builds that were removed. */
  abandoned: string[]
  /** Programs that are running now, and stay. */
  inUse: string[]
}

/**
 * Removes the programs that were downloaded or built into the cache, and the work folders of builds that were killed
 * more than a day ago. Files of other names stay, and so does what a live build is making, and a program that runs.
 *
 * @throws InputError for an XDG_CACHE_HOME that is relative
 */
export async function cleanCache(folder = defaultCacheFolder()): Promise<CleanedCache> {
  const result: CleanedCache = { folder, removed: [], abandoned: [], inUse: [] }
  if (!existsSync(folder)) return result
  result.abandoned = await removeAbandoned(folder)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const { name } = entry
    if (!entry.isFile() || !isCacheName(name)) continue
    const bytes = await sizeUnlessRunning(join(folder, name))
    if (bytes === undefined) {
      result.inUse.push(name)
    } else {
      await rm(join(folder, name), { force: true })
      result.removed.push({ name, bytes })
    }
  }
  return result
}

/** The size of a program in bytes, undefined while it runs: it can't be opened for writing then. */
async function sizeUnlessRunning(path: string): Promise<number | undefined> {
  try {
    await using file = await open(path, 'r+')
    return (await file.stat()).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ETXTBSY') return undefined
    throw error
  }
}
