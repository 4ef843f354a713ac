import {
  buildPrograms,
  type DaprProgram,
  daprPrograms,
  describeSources,
  isThisMachine,
  type Side,
} from '@dapr-perf/dapr'
import { InputError } from '@dapr-perf/errors'
import { daprImage, type KubernetesSettings, readKubernetesSettings } from '@dapr-perf/kubernetes/settings'
import { type BaseImage, resolveBaseImage } from './base-image.js'
import { findImageBuilder, type ImageBuilder } from './builder.js'
import { buildImage, type Image } from './image.js'
import type { ImageTask } from './perf-apps.js'
import { imageTarget } from './target.js'

const defaultBase = 'gcr.io/distroless/static-debian12:latest'

/** Builds Dapr's programs for TARGET_OS and TARGET_ARCH; see `buildPrograms`. @returns the paths */
export function buildDapr(task: ImageTask = {}): Promise<Record<DaprProgram, string>> {
  const { env = process.env, report = () => {} } = task
  return buildPrograms({ target: imageTarget(readKubernetesSettings(env)), env, report })
}

/**
 * Builds Dapr's programs, and an image of each: $DAPR_REGISTRY/PROGRAM:$DAPR_TAG-$TARGET_OS-$TARGET_ARCH. Unchanged
 * images are not built again.
 *
 * @returns the images' references and the builder that has them
 * @throws InputError for DAPR_* and TARGET_* variables that are missing or invalid, DaprPerfError where a build fails
 */
export async function buildDaprImages(task: ImageTask = {}) {
  const { env = process.env } = task
  const settings = readKubernetesSettings(env)
  daprImage('daprd', settings) // throws before anything is built where DAPR_REGISTRY is not set
  const { version } = await describeSources(env)
  const builder = await findImageBuilder(env)
  const paths = await buildDapr(task)
  const baseImage = await baseImageOf(builder, settings, task)
  const images = daprPrograms.map((program) =>
    imageOf(program, { path: paths[program], version, baseImage, settings }),
  )
  for (const image of images) await build(image, builder, task)
  return { references: images.map(({ reference }) => reference), builder }
}

function baseImageOf(
  builder: ImageBuilder,
  settings: KubernetesSettings,
  { env = process.env, report = () => {} }: ImageTask,
): Promise<BaseImage> {
  const base = env.DAPR_PERF_DAPR_BASE_IMAGE || defaultBase
  return resolveBaseImage(base, imageTarget(settings), builder, report)
}

interface ProgramToPack {
  path: string
  version: string
  baseImage: BaseImage
  settings: KubernetesSettings
}

const imageOf = (program: DaprProgram, { path, version, baseImage, settings }: ProgramToPack): Image => ({
  reference: daprImage(program, settings),
  dockerfile: 'dapr.Dockerfile',
  files: { [program]: path },
  baseImage,
  labels: {
    'org.opencontainers.image.title': program,
    'org.opencontainers.image.description': `Dapr's ${program}, built for performance tests`,
    'org.opencontainers.image.source': 'https://github.com/dapr/dapr',
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.licenses': 'Apache-2.0',
  },
  target: imageTarget(settings),
})

/**
 * Builds an image of the daprd of one side of a comparison, and pushes it: $DAPR_REGISTRY/daprd, with the first digits of
 * the program's SHA-256 as its tag.
 *
 * @returns its reference
 * @throws InputError where the daprd is not for TARGET_OS and TARGET_ARCH, and for DAPR_* and TARGET_* variables that are
 * missing or invalid; DaprPerfError where a build or the push fails
 */
export async function pushSide({ text, path, version, sha256 }: Side, task: ImageTask = {}): Promise<string> {
  const { env = process.env } = task
  const given = readKubernetesSettings(env)
  const target = imageTarget(given)
  const settings = { ...given, daprTag: `side-${sha256.slice(0, 16)}-${target.os}-${target.arch}` }
  daprImage('daprd', settings) // throws before anything is built where DAPR_REGISTRY is not set
  if (!isThisMachine(target))
    throw new InputError(
      `${text} is a program for this machine, and the cluster is ${target.os}/${target.arch} (TARGET_OS, TARGET_ARCH): name an image`,
    )
  const builder = await findImageBuilder(env)
  const baseImage = await baseImageOf(builder, settings, task)
  const image = imageOf('daprd', { path, version, baseImage, settings })
  await build(image, builder, task)
  await push(image.reference, builder, task)
  return image.reference
}

/** Builds the images of Dapr's programs and pushes them to DAPR_REGISTRY; see `buildDaprImages`. */
export async function pushDaprImages(task: ImageTask = {}): Promise<void> {
  const { references, builder } = await buildDaprImages(task)
  for (const reference of references) await push(reference, builder, task)
}

async function build(image: Image, builder: ImageBuilder, { overwrite = false, report }: ImageTask) {
  const what = await buildImage(image, builder, overwrite)
  report?.(`${image.reference}: ${what} (${builder.program})`)
}

async function push(reference: string, builder: ImageBuilder, { report }: ImageTask) {
  await builder.push(reference)
  report?.(`${reference}: pushed`)
}
