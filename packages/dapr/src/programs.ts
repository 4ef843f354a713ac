import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import { describeCheckout } from './build/checkout.js'
import { buildSettings, type Dependencies, goBuild } from './build/go-build.js'
import { downloadModule } from './build/module.js'
import { findOwnDependencies, ownText } from './build/own-dependencies.js'
import { makeInCache } from './cache/make.js'
import { builtName, checkoutName } from './cache/names.js'
import { locateDaprd } from './locate/locate.js'
import { isThisMachine, type Target } from './machine.js'
import { defaultCacheFolder } from './options.js'
import { daprGoModule, daprVersion } from './pinned.js'
import { type DaprProgram, daprPrograms } from './program-names.js'

export interface BuildOptions {
  target: Target
  env: NodeJS.ProcessEnv
  /** Called with one line for each step. */
  report: (line: string) => void
}

/**
 * Builds Dapr's programs from DAPR_SOURCE, a checkout of dapr/dapr that is built as its owner's go would, or else from the pinned Go module. Programs of the
 * pinned module are cached and not built again.
 *
 * @returns the programs' paths
 * @throws InputError where DAPR_SOURCE is not a checkout of dapr/dapr, DaprPerfError where the build fails
 */
export async function buildPrograms(options: BuildOptions): Promise<Record<DaprProgram, string>> {
  const sources: OwnSources = await describeSources(options.env)
  const { checkout } = sources
  if (checkout) {
    const { dependencies, found } = await findOwnDependencies(checkout, 'daprd', options)
    options.report(`building ${checkout} as it stands${ownText(found)}`)
    sources.dependencies = dependencies
  }
  const paths = {} as Record<DaprProgram, string>
  for (const program of daprPrograms) {
    paths[program] = await buildProgram(program, sources, options)
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
  version: string
  /** The folder of DAPR_SOURCE; undefined for the pinned version. */
  checkout?: string
}

/** The sources of Dapr's programs: DAPR_SOURCE, or else the pinned version. */
export async function describeSources(env: NodeJS.ProcessEnv): Promise<Sources> {
  const checkout = daprCheckout(env)
  if (!checkout) return { version: await daprVersion() }
  return { checkout, version: (await describeCheckout(checkout, { env })).version }
}

interface OwnSources extends Sources {
  /** Those of a checkout. */
  dependencies?: Dependencies
}

async function buildProgram(program: DaprProgram, sources: OwnSources, options: BuildOptions) {
  const { version, checkout, dependencies } = sources
  const { target, env, report } = options
  if (program === 'daprd' && !checkout && isThisMachine(target)) return pinnedDaprd(env, report)
  const { folder, name } = checkout
    ? // A checkout is always built: go's build cache decides what has to be compiled again.
      { folder: checkout, name: checkoutName(program, checkout, target) }
    : await pinnedProgram(program, version, options)
  const cacheFolder = defaultCacheFolder(env)
  const cached = join(cacheFolder, name)
  if (!checkout && existsSync(cached)) return cached
  report(`${program}: building ${version} (takes minutes the first time)`)
  return makeInCache(cacheFolder, async (workFolder) => {
    const file = join(workFolder, program)
    const build = { program, output: file, workFolder, folder, version, target, env }
    await goBuild({ ...build, ...(dependencies && { dependencies }) })
    return { file, name }
  })
}

async function pinnedProgram(program: DaprProgram, version: string, { target, env }: BuildOptions) {
  const { folder } = await downloadModule(version, daprGoModule(), { env })
  const settings = await buildSettings(target, { cwd: folder, env })
  return { folder, name: builtName(program, version, settings.name, target) }
}

/** The pinned daprd, found as for local runs. DAPR_PERF_DAPRD is ignored: it may be of another version. */
async function pinnedDaprd(env: NodeJS.ProcessEnv, report: (line: string) => void): Promise<string> {
  const { DAPR_PERF_DAPRD: _, ...rest } = env
  return (await locateDaprd({ env: rest, report })).path
}
