import { DaprPerfError } from '@dapr-perf/errors'
import { builtDaprd } from '../build/go-build.js'
import { messageOf } from '../message-of.js'
import { cachedDaprd } from './cache.js'
import { installedDaprd } from './installed.js'
import { namedDaprd } from './named.js'
import { type LocateDaprdOptions, withDefaults } from './options.js'
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
  { source: '~/.dapr/bin', find: installedDaprd },
  { source: 'cache', find: cachedDaprd },
] as const
const obtainable = [
  { source: 'release', find: releasedDaprd },
  { source: 'go build', find: builtDaprd },
] as const

/**
 * Finds the daprd that DAPR_PERF_DAPRD names, or else one of the pinned version: installed in ~/.dapr/bin, in the cache,
 * downloaded from Dapr's releases, or built with Go, in this order.
 *
 * @throws InputError where DAPR_PERF_DAPRD is not the path of a daprd, DaprPerfError that lists what was tried
 */
export async function locateDaprd(given: Partial<LocateDaprdOptions> = {}): Promise<Daprd> {
  const options = await withDefaults(given)
  const name = options.env.DAPR_PERF_DAPRD
  const daprd = name
    ? { ...(await namedDaprd(name, options)), source: 'DAPR_PERF_DAPRD' as const }
    : await firstDaprd(options)
  options.report(`daprd: ${daprd.source}: version ${daprd.version}, ${daprd.path}`)
  return daprd
}

async function firstDaprd(options: LocateDaprdOptions): Promise<Daprd> {
  const tried: string[] = []
  for (const { source, find } of options.onlyReady ? existing : [...existing, ...obtainable]) {
    const report = (line: string) => options.report(`daprd: ${source}: ${line}`)
    try {
      return { path: await find({ ...options, report }), version: options.version, source }
    } catch (error) {
      options.signal?.throwIfAborted()
      report(messageOf(error))
      tried.push(`  ${source}: ${messageOf(error)}`)
    }
  }
  throw new DaprPerfError(
    [
      `No daprd ${options.version} could be found or made. This was tried:`,
      ...tried,
      'Set DAPR_PERF_DAPRD to the path of a daprd or DAPR_PERF_RELEASE_URL to a mirror of',
      "Dapr's releases, or install Go (https://go.dev/dl).",
    ].join('\n'),
  )
}
