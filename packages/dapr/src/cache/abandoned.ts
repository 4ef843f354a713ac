import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const dayInMs = 24 * 60 * 60 * 1000

/** How the names of the folders begin in which programs are made. */
export const workPrefix = 'making-daprd-'

/** Removes the work folders of runs that were killed more than a day ago. @returns their paths */
export async function removeAbandoned(cacheFolder: string): Promise<string[]> {
  const removed: string[] = []
  for (const name of await readdir(cacheFolder)) {
    if (!name.startsWith(workPrefix)) continue
    const folder = join(cacheFolder, name)
    const made = await stat(folder).catch(() => undefined)
    if (!made || Date.now() - made.mtimeMs <= dayInMs) continue
    await rm(folder, { recursive: true, force: true })
    removed.push(folder)
  }
  return removed
}
