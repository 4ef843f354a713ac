import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'
import { isBuiltDaprd, releaseName } from '../cache/names.js'
import { messageOf } from '../message-of.js'
import type { LocateDaprdOptions } from '../options.js'
import { checkVersion } from '../version.js'

/** The daprd that an earlier run downloaded, or else the newest of those that were built, whatever Go built it. */
export async function cachedDaprd(options: LocateDaprdOptions): Promise<string> {
  return firstGood([releasePath(options), ...(await builtPaths(options))], options)
}

/** The release that an earlier run downloaded. */
export async function cachedRelease(options: LocateDaprdOptions): Promise<string> {
  return firstGood([releasePath(options)], options)
}

const releasePath = ({ cacheFolder, version }: LocateDaprdOptions) => join(cacheFolder, releaseName(version))

/** The paths of the version's builds, the newest first. */
async function builtPaths({ cacheFolder, version }: LocateDaprdOptions): Promise<string[]> {
  const names = await readdir(cacheFolder).catch(() => [])
  const paths = names.filter((name) => isBuiltDaprd(name, version)).map((name) => join(cacheFolder, name))
  const dated = await Promise.all(paths.map(async (path) => ({ path, made: (await stat(path)).mtimeMs })))
  return dated.sort((a, b) => b.made - a.made).map(({ path }) => path)
}

async function firstGood(paths: string[], options: LocateDaprdOptions): Promise<string> {
  const broken: string[] = []
  for (const path of paths.filter((candidate) => existsSync(candidate))) {
    try {
      await checkVersion(path, options.version, options)
      return path
    } catch (error) {
      options.signal?.throwIfAborted()
      broken.push(`${messageOf(error)}; this broken file is passed over`)
    }
  }
  throw new DaprPerfError(broken.join('; ') || `${options.cacheFolder} has no daprd ${options.version} yet`)
}
