import { createHash } from 'node:crypto'
import { createReadStream, rmSync } from 'node:fs'
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Target } from '@dapr-perf/dapr'
import { DaprPerfError } from '@dapr-perf/errors'
import { onExit } from 'signal-exit'
import { packageFolder } from '../package-folder.js'
import type { BaseImage } from './base-image.js'
import type { ImageBuilder } from './builder.js'

/** An image to build from local files. */
export interface Image {
  /** REGISTRY/NAME:TAG */
  reference: string
  /** The Dockerfile's name in the folder docker/. */
  dockerfile: string
  /** The build context: the paths of the files, by their names in COPY instructions. */
  files: Record<string, string>
  baseImage: BaseImage
  /** Annotation keys of the OCI image specification, as labels. */
  labels: Record<string, string>
  target: Target
}

/** The label with the hash of all inputs of an image: the next build is skipped where it is the same. */
const inputsLabel = 'dapr-perf.inputs'

/**
 * Builds an image, unless the local image store has one with the same inputs.
 *
 * @param overwrite whether an image of this name that dapr-perf has not built may lose its name
 * @throws DaprPerfError where there is such an image and it may not
 */
export async function buildImage(
  image: Image,
  builder: ImageBuilder,
  overwrite: boolean,
): Promise<'built' | 'unchanged'> {
  const file = join(packageFolder, '../../docker', image.dockerfile)
  const inputs = await hashOfInputs(image, file)
  const inputsOfLocal = await builder.labelOf(image.reference, inputsLabel)
  if (inputsOfLocal === inputs) return 'unchanged'
  if (inputsOfLocal === '' && !overwrite) {
    throw new DaprPerfError(
      `${image.reference} is an image in ${builder.program}'s local store that dapr-perf has not built, and is not replaced. ` +
        'Choose another tag (DAPR_TAG, DAPR_TEST_TAG), or add --overwrite',
    )
  }
  const context = await mkdtemp(join(tmpdir(), 'dapr-perf-image-'))
  const remove = { recursive: true, force: true }
  const forgetExit = onExit(() => rmSync(context, remove))
  try {
    const files: Image['files'] = {}
    for (const [name, path] of Object.entries(image.files)) {
      files[name] = join(context, name)
      await copyFile(path, files[name])
    }
    // Of the copies: another build may meanwhile have replaced the files themselves.
    const copied = await hashOfInputs({ ...image, files }, file)
    const labels = { ...image.labels, ...labelsOf(image.baseImage), [inputsLabel]: copied }
    await builder.build({ ...image, baseImage: image.baseImage.reference, file, context, labels })
  } finally {
    forgetExit()
    await rm(context, remove)
  }
  return 'built'
}

const labelsOf = ({ reference, digest }: BaseImage) => ({
  'org.opencontainers.image.base.name': reference,
  ...(digest && { 'org.opencontainers.image.base.digest': digest }),
})

async function hashOfInputs(image: Image, dockerfile: string): Promise<string> {
  const hash = createHash('sha256')
  const { baseImage, labels, target } = image
  hash.update(JSON.stringify({ baseImage, labels, target, dockerfile: await readFile(dockerfile, 'utf8') }))
  for (const [name, path] of Object.entries(image.files)) {
    hash.update(`\n${name}\n`)
    await pipeline(createReadStream(path), hash, { end: false })
  }
  return `sha256:${hash.digest('hex')}`
}
