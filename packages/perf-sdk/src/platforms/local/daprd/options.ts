import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { InputError } from '../../../errors.js'
import { daprGoModule, daprVersion } from './pinned.js'

/** What `locateDaprd` needs to know; `withDefaults` fills in what isn't given. */
export interface LocateDaprdOptions {
  /** The version of daprd that is looked for, without the `v`: what `daprVersion` reads. */
  version: string
  env: NodeJS.ProcessEnv
  /** The user's home folder, which holds `.dapr/bin`. */
  home: string
  /** Where a daprd that was downloaded or built is kept. */
  cacheFolder: string
  /** The address below which `v1.18.1/daprd_linux_amd64.tar.gz` lies. */
  releaseUrl: string
  /** The folder with the go.mod that pins Dapr. */
  goModule: string
  /** How long, in milliseconds, a download waits for a connection, and for the next bytes. */
  timeouts: { connect: number; stall: number }
  /** Look only for one that is there already: download nothing, build nothing. */
  onlyReady: boolean
  /** Told in one line what is tried and what came of it. */
  report: (line: string) => void
  signal?: AbortSignal
}

/** The options as the user's environment has them, with those given put over them. */
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

/** The folder that keeps what is made once, the same on every system: `~/.cache/dapr-perf`. */
export function defaultCacheFolder(env: NodeJS.ProcessEnv = process.env, home = homedir()): string {
  return resolve(env.XDG_CACHE_HOME || join(home, '.cache'), 'dapr-perf')
}

function defaultReleaseUrl(env: NodeJS.ProcessEnv): string {
  const url = env.DAPR_PERF_RELEASE_URL || 'https://github.com/dapr/dapr/releases/download'
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw new InputError(`DAPR_PERF_RELEASE_URL must be an http or https address, not '${url}'`)
  }
  return url.replace(/\/+$/, '')
}
