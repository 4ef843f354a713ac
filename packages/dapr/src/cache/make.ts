import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { onExit } from 'signal-exit'
import { removeAbandoned, workPrefix } from './abandoned.js'

const removal = { recursive: true, force: true, maxRetries: 5 }

/** A file that was made in a work folder, and the name that it gets in the cache. */
export interface Made {
  file: string
  name: string
}

/**
 * Makes a file in a temporary folder and moves it into the cache atomically: the cache never holds an incomplete file,
 * even when two runs make the same one at once.
 *
 * @returns the path in the cache
 */
export async function makeInCache(
  cacheFolder: string,
  make: (workFolder: string) => Promise<Made>,
): Promise<string> {
  await mkdir(cacheFolder, { recursive: true })
  await removeAbandoned(cacheFolder)
  const workFolder = await mkdtemp(join(cacheFolder, workPrefix))
  // Last: after programs that write to it were killed.
  const forgetExit = onExit(() => rmSync(workFolder, removal), { alwaysLast: true })
  try {
    const { file, name } = await make(workFolder)
    const path = join(cacheFolder, name)
    await rename(file, path)
    return path
  } finally {
    forgetExit()
    await rm(workFolder, removal)
  }
}
