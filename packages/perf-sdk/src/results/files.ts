import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm, statfs, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DaprPerfError } from '../errors.js'

const leastFreeBytes = 8 * 1024 * 1024

/** A run's name: the moment it began, and some characters that tell it from one of the same second. */
export function newRunId(now = new Date()): string {
  return `${now.toISOString().slice(0, 19).replaceAll(':', '-')}-${randomBytes(2).toString('hex')}`
}

/**
 * Makes a folder for results.
 *
 * @throws DaprPerfError where it can't be made, or where its disk has less than 8 MiB left
 */
export async function makeResultsFolder(folder: string): Promise<void> {
  await explain(folder, () => mkdir(folder, { recursive: true }))
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < leastFreeBytes) {
    throw new DaprPerfError(
      `${folder}: its disk has ${Math.floor((bavail * bsize) / 1024)} KiB left, and results need at least ` +
        `${leastFreeBytes / 1024 / 1024} MiB. Free some space, or choose another folder with --out`,
    )
  }
}

/** Writes a file of the results, whole or not at all. */
export async function writeResultsFile(file: string, text: string): Promise<void> {
  await explain(file, async () => {
    const unfinished = `${file}.unfinished`
    try {
      await mkdir(dirname(file), { recursive: true })
      await writeFile(unfinished, text)
      await rename(unfinished, file)
    } catch (error) {
      await rm(unfinished, { force: true })
      throw error
    }
  })
}

/** Lets `latest` beside the run's folder point to it. */
export async function pointLatestTo(resultsFolder: string, runId: string): Promise<void> {
  const link = join(resultsFolder, `.latest-${runId}`)
  await explain(link, async () => {
    await symlink(runId, link)
    await rename(link, join(resultsFolder, 'latest'))
  })
}

async function explain(path: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason =
      code === 'ENOSPC'
        ? 'no space left on its disk. Free some, or choose another folder with --out'
        : message
    throw new DaprPerfError(`cannot write ${path}: ${reason}`, { cause: error })
  }
}
