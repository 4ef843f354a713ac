import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import { execa } from 'execa'
import { makeInCache } from '../locate/cache.js'
import { locateDaprd } from '../locate/locate.js'
import { defaultCacheFolder } from '../locate/options.js'
import { isThisMachine, type Target } from '../machine.js'
import { daprGoModule, daprVersion } from '../pinned.js'
import { goBuild } from './go-build.js'

/** Dapr's programs; each has an image of the same name. */
export const daprPrograms = ['daprd', 'operator', 'sentry', 'injector', 'placement', 'scheduler'] as const
export type DaprProgram = (typeof daprPrograms)[number]

export interface BuildOptions {
  target: Target
  env: NodeJS.ProcessEnv
  /** Called with one line for each step. */
  report: (line: string) => void
}

/**
 * Builds Dapr's programs from DAPR_SOURCE, a checkout of dapr/dapr, or else from the pinned Go module. Programs of the
 * pinned module are cached and not built again.
 *
 * @returns the programs' paths
 * @throws InputError where DAPR_SOURCE is not a checkout of dapr/dapr, DaprPerfError where the build fails
 */
export async function buildPrograms(options: BuildOptions): Promise<Record<DaprProgram, string>> {
  const sources = await describeSources(options.env)
  const paths = {} as Record<DaprProgram, string>
  for (const program of daprPrograms) {
    paths[program] = await buildProgram(program, { ...options, sources })
    options.report(`${program}: ${paths[program]}`)
  }
  return paths
}

/** The absolute path of DAPR_SOURCE, if set. @throws InputError where it is not a checkout of dapr/dapr */
export function daprCheckout(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (!env.DAPR_SOURCE) return undefined
  const folder = resolve(env.DAPR_SOURCE)
  if (existsSync(join(folder, 'cmd', 'daprd')) && existsSync(join(folder, 'charts', 'dapr'))) return folder
  throw new InputError(`DAPR_SOURCE=${env.DAPR_SOURCE}: expected the folder of a checkout of dapr/dapr`)
}

export interface Sources {
  /** The folder of the go.mod to build in. */
  goModule: string
  version: string
  isCheckout: boolean
}

/** The sources of Dapr's programs: DAPR_SOURCE, or else the pinned Go module. */
export async function describeSources(env: NodeJS.ProcessEnv): Promise<Sources> {
  const checkout = daprCheckout(env)
  if (!checkout) return { goModule: daprGoModule(), version: await daprVersion(), isCheckout: false }
  return { goModule: checkout, version: await describedVersion(checkout), isCheckout: true }
}

/** The output of git describe, such as `v1.18.1-3-gabc1234-dirty`; where git fails `edge`, Dapr's own default. */
async function describedVersion(checkout: string): Promise<string> {
  const args = ['describe', '--tags', '--always', '--dirty']
  const { stdout, failed } = await execa('git', args, { cwd: checkout, reject: false })
  return !failed && /^[\w.-]+$/.test(stdout) ? stdout : 'edge'
}

interface ProgramBuild extends BuildOptions {
  sources: Sources
}

async function buildProgram(program: DaprProgram, { sources, target, env, report }: ProgramBuild) {
  const { goModule, version, isCheckout } = sources
  if (program === 'daprd' && !isCheckout && isThisMachine(target)) return pinnedDaprd(env, report)
  // A checkout is always built: go's build cache decides what has to be compiled again.
  const source = isCheckout ? `checkout-${shortHash(goModule)}` : version
  const file = join(defaultCacheFolder(env), `${program}-${source}-${target.os}-${target.arch}`)
  if (!isCheckout && existsSync(file)) return file
  report(`${program}: building ${version} (takes minutes the first time)`)
  return makeInCache(file, async (workFolder) => {
    const output = join(workFolder, program)
    await goBuild({ program, output, workFolder, goModule, version, target, env })
    return output
  })
}

/** The pinned daprd, found as for local runs. DAPR_PERF_DAPRD is ignored: it may be of another version. */
async function pinnedDaprd(env: NodeJS.ProcessEnv, report: (line: string) => void): Promise<string> {
  const { DAPR_PERF_DAPRD: _, ...rest } = env
  return (await locateDaprd({ env: rest, report })).path
}

/** Part of a cache file's name, so that each checkout has files of its own. */
const shortHash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12)
