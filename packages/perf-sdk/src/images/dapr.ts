import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { InputError } from '../errors.js'
import { daprImage, readKubernetesSettings } from '../kubernetes/settings.js'
import { makeInCache } from '../platforms/local/daprd/cache.js'
import { goBuild } from '../platforms/local/daprd/go-build.js'
import { locateDaprd } from '../platforms/local/daprd/locate.js'
import { defaultCacheFolder } from '../platforms/local/daprd/options.js'
import { daprGoModule, daprVersion } from '../platforms/local/daprd/pinned.js'
import { findImageBuilder } from './builder.js'
import { buildImage, type Image } from './image.js'
import type { ImageTask } from './perf-apps.js'
import { imageTarget, isThisMachine, type Target } from './target.js'

/** Dapr's programs; each of them has an image of its name. */
export const daprPrograms = ['daprd', 'operator', 'sentry', 'injector', 'placement', 'scheduler'] as const
type DaprProgram = (typeof daprPrograms)[number]

/**
 * Builds Dapr's programs for TARGET_OS and TARGET_ARCH: from DAPR_SOURCE, a checkout of dapr/dapr, or from the pinned
 * module. What was built of the pinned module stays in the cache and is not built again.
 *
 * @returns the paths
 * @throws InputError where DAPR_SOURCE holds no Dapr, DaprPerfError with what go says
 */
export async function buildDapr(task: ImageTask = {}): Promise<Record<DaprProgram, string>> {
  const { env = process.env, report = () => {} } = task
  const target = imageTarget(readKubernetesSettings(env))
  const sources = await daprSources(env)
  const paths = {} as Record<DaprProgram, string>
  for (const program of daprPrograms) {
    paths[program] = await buildProgram(program, { sources, target, env, report })
    report(`${program}: ${paths[program]}`)
  }
  return paths
}

/** Builds the images of Dapr's programs: $DAPR_REGISTRY/PROGRAM:$DAPR_TAG-$TARGET_OS-$TARGET_ARCH. See `buildDapr`. */
export async function buildDaprImages(task: ImageTask = {}) {
  const { env = process.env, report = () => {} } = task
  const settings = readKubernetesSettings(env)
  daprImage('daprd', settings) // before anything is built: is the registry given?
  const builder = await findImageBuilder(env)
  const { version } = await daprSources(env)
  const paths = await buildDapr(task)
  const images = daprPrograms.map(
    (program): Image => ({
      reference: daprImage(program, settings),
      dockerfile: 'dapr.Dockerfile',
      files: { [program]: paths[program] },
      baseImage: env.DAPR_PERF_DAPR_BASE_IMAGE,
      labels: {
        'org.opencontainers.image.title': program,
        'org.opencontainers.image.description': `Dapr's ${program}, built for performance tests`,
        'org.opencontainers.image.source': 'https://github.com/dapr/dapr',
        'org.opencontainers.image.version': version,
        'org.opencontainers.image.licenses': 'Apache-2.0',
      },
      target: imageTarget(settings),
    }),
  )
  for (const image of images) {
    report(`${image.reference}: ${await buildImage(image, builder)} (${builder.program})`)
  }
  return { references: images.map(({ reference }) => reference), builder }
}

/** Builds the images of Dapr's programs and pushes them to DAPR_REGISTRY; see `buildDaprImages`. */
export async function pushDaprImages(task: ImageTask = {}): Promise<void> {
  const { references, builder } = await buildDaprImages(task)
  for (const reference of references) {
    await builder.push(reference)
    task.report?.(`${reference}: pushed`)
  }
}

/** The checkout of dapr/dapr that DAPR_SOURCE names. @throws InputError where it is none */
export function daprCheckout(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (!env.DAPR_SOURCE) return undefined
  const folder = resolve(env.DAPR_SOURCE)
  if (existsSync(join(folder, 'cmd', 'daprd')) && existsSync(join(folder, 'charts', 'dapr'))) return folder
  throw new InputError(`DAPR_SOURCE=${env.DAPR_SOURCE}: expected the folder of a checkout of dapr/dapr`)
}

interface Sources {
  /** The folder of the go.mod to build in. */
  goModule: string
  version: string
  isCheckout: boolean
}

async function daprSources(env: NodeJS.ProcessEnv): Promise<Sources> {
  const checkout = daprCheckout(env)
  if (!checkout) return { goModule: daprGoModule(), version: await daprVersion(), isCheckout: false }
  return { goModule: checkout, version: await describedVersion(checkout), isCheckout: true }
}

/** How git describes a checkout: `v1.18.1-3-gabc1234-dirty`; `edge`, as Dapr itself says, where git doesn't know it. */
async function describedVersion(checkout: string): Promise<string> {
  const args = ['describe', '--tags', '--always', '--dirty']
  const { stdout, failed } = await execa('git', args, { cwd: checkout, reject: false })
  return !failed && /^[\w.-]+$/.test(stdout) ? stdout : 'edge'
}

interface ProgramBuild {
  sources: Sources
  target: Target
  env: NodeJS.ProcessEnv
  report: (line: string) => void
}

async function buildProgram(program: DaprProgram, { sources, target, env, report }: ProgramBuild) {
  const { goModule, version, isCheckout } = sources
  if (program === 'daprd' && !isCheckout && isThisMachine(target)) return pinnedDaprd(env, report)
  // A checkout is built each time: what has changed in it, go knows best.
  const file = join(
    defaultCacheFolder(env),
    `${program}-${isCheckout ? 'checkout' : version}-${target.os}-${target.arch}`,
  )
  if (!isCheckout && existsSync(file)) return file
  report(`${program}: building ${version}, which takes minutes the first time`)
  return makeInCache(file, async (workFolder) => {
    const output = join(workFolder, program)
    await goBuild({ program, output, workFolder, goModule, version, target, env })
    return output
  })
}

/** The daprd that runs on one machine, too, unless that is one of the user's own. */
async function pinnedDaprd(env: NodeJS.ProcessEnv, report: (line: string) => void): Promise<string> {
  const { DAPR_PERF_DAPRD: _, ...rest } = env
  return (await locateDaprd({ env: rest, report })).path
}
