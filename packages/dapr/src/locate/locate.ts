import { DaprPerfError } from '@dapr-perf/errors'
import { builtDaprd } from '../build/daprd.js'
import { type LocateDaprdOptions, withDefaults } from '../options.js'
import { cachedDaprd } from './cached.js'
import { installedDaprd } from './installed.js'
import { namedDaprd } from './named.js'
import { search } from './places.js'
import { releasedDaprd } from './release.js'

/** An executable daprd. */
export interface Daprd {
  path: string
  version: string
  source: DaprdSource
}

/** Where a daprd comes from: named, installed, made by an earlier run, downloaded, or built. */
export type DaprdSource = 'DAPR_PERF_DAPRD' | '~/.dapr/bin' | 'cache' | 'release' | 'go build'

const existing = [
  { name: '~/.dapr/bin', find: installedDaprd },
  { name: 'cache', find: cachedDaprd },
] as const
const obtainable = [
  { name: 'release', find: releasedDaprd },
  { name: 'go build', find: builtDaprd },
] as const

/**
 * Finds the daprd that DAPR_PERF_DAPRD names, or else one of the pinned version: installed in ~/.dapr/bin, in the cache,
 * downloaded from Dapr's releases, or built with Go, in this order.
 *
 * @throws InputError where DAPR_PERF_DAPRD is not the path of a daprd, DaprPerfError that lists what was tried
 */
export async function locateDaprd(given: Partial<LocateDaprdOptions> = {}): Promise<Daprd> {
  const { report, ...others } = await withDefaults(given)
  const options = { ...others, report: (line: string) => report(`daprd: ${line}`) }
  const name = options.env.DAPR_PERF_DAPRD
  const daprd = name
    ? { ...(await namedDaprd(name, options)), source: 'DAPR_PERF_DAPRD' as const }
    : await firstDaprd(options)
  options.report(`${daprd.source}: version ${daprd.version}, ${daprd.path}`)
  return daprd
}

async function firstDaprd(options: LocateDaprdOptions): Promise<Daprd> {
  const found = await search(options.onlyReady ? existing : [...existing, ...obtainable], options)
  if ('path' in found) return { path: found.path, version: options.version, source: found.place.name }
  throw new DaprPerfError(
    [
      `No daprd ${options.version} could be found or made. This was tried:`,
      ...found.tried.map((line) => `  ${line}`),
      'Set DAPR_PERF_DAPRD to the path of a daprd or DAPR_PERF_RELEASE_URL to a mirror of',
      "Dapr's releases, or install Go (https://go.dev/dl).",
    ].join('\n'),
  )
}
