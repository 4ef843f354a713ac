import { buildPrograms, type DaprProgram, daprPrograms, describeSources } from '@dapr-perf/dapr'
import { daprImage, readKubernetesSettings } from '@dapr-perf/kubernetes/settings'
import { resolveBaseImage } from './base-image.js'
import { findImageBuilder } from './builder.js'
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
  const { env = process.env, overwrite = false, report = () => {} } = task
  const settings = readKubernetesSettings(env)
  daprImage('daprd', settings) // throws before anything is built where DAPR_REGISTRY is not set
  const { version } = await describeSources(env)
  const builder = await findImageBuilder(env)
  const paths = await buildDapr(task)
  const target = imageTarget(settings)
  const base = env.DAPR_PERF_DAPR_BASE_IMAGE || defaultBase
  const baseImage = await resolveBaseImage(base, target, builder, report)
  const images = daprPrograms.map(
    (program): Image => ({
      reference: daprImage(program, settings),
      dockerfile: 'dapr.Dockerfile',
      files: { [program]: paths[program] },
      baseImage,
      labels: {
        'org.opencontainers.image.title': program,
        'org.opencontainers.image.description': `Dapr's ${program}, built for performance tests`,
        'org.opencontainers.image.source': 'https://github.com/dapr/dapr',
        'org.opencontainers.image.version': version,
        'org.opencontainers.image.licenses': 'Apache-2.0',
      },
      target,
    }),
  )
  for (const image of images) {
    report(`${image.reference}: ${await buildImage(image, builder, overwrite)} (${builder.program})`)
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
