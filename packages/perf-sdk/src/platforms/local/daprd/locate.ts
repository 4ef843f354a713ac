import { DaprPerfError } from '../../../errors.js'
import { cachedDaprd } from './cache.js'
import { builtDaprd } from './go-build.js'
import { installedDaprd } from './installed.js'
import { namedDaprd } from './named.js'
import { type LocateDaprdOptions, withDefaults } from './options.js'
import { reason } from './reason.js'
import { releasedDaprd } from './release.js'

/** A daprd that can be run. */
export interface Daprd {
  path: string
  version: string
  /** Where it comes from: DAPR_PERF_DAPRD, ~/.dapr/bin, cache, release or go build. */
  source: string
}

const ready = [
  { source: '~/.dapr/bin', find: installedDaprd },
  { source: 'cache', find: cachedDaprd },
]
const made = [
  { source: 'release', find: releasedDaprd },
  { source: 'go build', find: builtDaprd },
]

/**
 * The daprd that DAPR_PERF_DAPRD names, or else one of the pinned version: the first that is found installed,
 * in the cache, among Dapr's releases, or that Go can build.
 */
export async function locateDaprd(given: Partial<LocateDaprdOptions> = {}): Promise<Daprd> {
  const options = await withDefaults(given)
  const name = options.env.DAPR_PERF_DAPRD
  const daprd = name
    ? { ...(await namedDaprd(name, options)), source: 'DAPR_PERF_DAPRD' }
    : await firstDaprd(options)
  options.report(`daprd: ${daprd.source}: version ${daprd.version}, ${daprd.path}`)
  return daprd
}

async function firstDaprd(options: LocateDaprdOptions): Promise<Daprd> {
  const tried: string[] = []
  for (const { source, find } of options.onlyReady ? ready : [...ready, ...made]) {
    const report = (line: string) => options.report(`daprd: ${source}: ${line}`)
    try {
      return { path: await find({ ...options, report }), version: options.version, source }
    } catch (error) {
      options.signal?.throwIfAborted()
      report(reason(error))
      tried.push(`  ${source}: ${reason(error)}`)
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
