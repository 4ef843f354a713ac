import { randomBytes } from 'node:crypto'
import { lstat, mkdir, rename, rm, statfs, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'

const leastFreeBytes = 8 * 1024 * 1024

/** A run's name: its start time, and some random characters for runs that start in the same second. */
export function newRunId(now = new Date()): string {
  return `${now.toISOString().slice(0, 19).replaceAll(':', '-')}-${randomBytes(2).toString('hex')}`
}

/**
 * Creates a folder for results.
 *
 * @throws DaprPerfError if it can't be created, or its disk has less than 8 MiB left
 */
export async function makeResultsFolder(folder: string): Promise<void> {
  await explainWrite(folder, () => mkdir(folder, { recursive: true }))
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < leastFreeBytes) {
    throw new DaprPerfError(
      `${folder}: its disk has ${Math.floor((bavail * bsize) / 1024)} KiB left, and results need at least ` +
        `${leastFreeBytes / 1024 / 1024} MiB. Free some space, or choose another folder with --out`,
    )
  }
}

/** Writes a file of the results atomically. */
export async function writeResultsFile(file: string, text: string): Promise<void> {
  await explainWrite(file, async () => {
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

/** Writes a value as a JSON file of the results, atomically. */
export const writeJsonFile = (file: string, value: unknown): Promise<void> =>
  writeResultsFile(file, `${JSON.stringify(value, null, 2)}\n`)

/** What file systems without symbolic links answer: FAT and exFAT, some of networks and of virtual machines. */
const noLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EPROTO']

/**
 * Points the symbolic link `latest`, next to the run's folder, to it. What else has that name is left as it is.
 *
 * @returns whether there is such a link now
 */
export async function pointLatestTo(resultsFolder: string, runId: string): Promise<boolean> {
  const [unfinished, latest] = [join(resultsFolder, `.latest-${runId}`), join(resultsFolder, 'latest')]
  const existing = await lstat(latest).catch(() => undefined)
  if (existing && !existing.isSymbolicLink()) return false
  return explainWrite(latest, async () => {
    try {
      await symlink(runId, unfinished)
    } catch (error) {
      if (noLinks.includes((error as NodeJS.ErrnoException).code ?? '')) return false
      throw error
    }
    await rename(unfinished, latest)
    return true
  })
}

export async function explainWrite<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason =
      code === 'ENOSPC'
        ? 'no space left on its disk. Free some, or choose another folder with --out'
        : message
    throw new DaprPerfError(`cannot write ${path}: ${reason}`, { cause: error })
  }
}
