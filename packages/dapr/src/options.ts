import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import { daprGoModule, daprVersion } from './pinned.js'

/** The options of `locateDaprd`, all of which have defaults. */
export interface LocateDaprdOptions {
  /** The version to look for, without the `v`; by default the pinned one, see `daprVersion`. */
  version: string
  /** DAPR_PERF_DAPRD, DAPR_PERF_RELEASE_URL, XDG_CACHE_HOME and the proxy variables are read; by default process.env. */
  env: NodeJS.ProcessEnv
  /** The user's home folder, which holds `.dapr/bin`. */
  home: string
  /** Where a downloaded or built daprd is kept; by default `~/.cache/dapr-perf`. */
  cacheFolder: string
  /** The base URL of the releases: `/v1.18.2/daprd_linux_amd64.tar.gz` is appended. By default GitHub's. */
  releaseUrl: string
  /** The folder with the go.mod that pins Dapr. */
  goModule: string
  /** How many milliseconds a download waits for a connection (5000) and for the next bytes (30 000). */
  timeouts: { connect: number; stall: number }
  /** Neither download nor build: look only for an existing daprd. By default false. */
  onlyReady: boolean
  /** Called with one line for each place tried and its outcome. */
  report: (line: string) => void
  /** Cancels downloads and builds. */
  signal?: AbortSignal
}

/** Fills in the options that are not given. @throws InputError for an invalid DAPR_PERF_RELEASE_URL */
export async function withDefaults(given: Partial<LocateDaprdOptions>): Promise<LocateDaprdOptions> {
  const { env = process.env, home = homedir(), goModule = daprGoModule() } = given
  return {
    env,
    home,
    goModule,
    version: given.version ?? (await daprVersion(goModule)),
    cacheFolder: defaultCacheFolder(env, home),
    releaseUrl: defaultReleaseUrl(env),
    timeouts: { connect: 5_000, stall: 30_000 },
    onlyReady: false,
    report: () => {},
    ...given,
  }
}

/**
 * `~/.cache/dapr-perf` on every system, or below XDG_CACHE_HOME.
 *
 * @throws InputError if that is relative: each working folder would have a cache of its own
 */
export function defaultCacheFolder(env: NodeJS.ProcessEnv = process.env, home = homedir()): string {
  const cache = env.XDG_CACHE_HOME || join(home, '.cache')
  if (isAbsolute(cache)) return join(cache, 'dapr-perf')
  const variable = env.XDG_CACHE_HOME ? `XDG_CACHE_HOME=${cache}` : `HOME=${home}`
  throw new InputError(`${variable}: expected an absolute path`)
}

function defaultReleaseUrl(env: NodeJS.ProcessEnv): string {
  const url = env.DAPR_PERF_RELEASE_URL || 'https://github.com/dapr/dapr/releases/download'
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new InputError(`DAPR_PERF_RELEASE_URL must be an http or https address, not '${url}'`)
  }
  return url.replace(/\/+$/, '')
}
