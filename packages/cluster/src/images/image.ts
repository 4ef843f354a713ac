import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Target } from '@dapr-perf/dapr'
import { packageFolder } from '../package-folder.js'
import type { ImageBuilder } from './builder.js'

/** An image to build from local files. */
export interface Image {
  /** REGISTRY/NAME:TAG */
  reference: string
  /** The Dockerfile's name in the folder docker/. */
  dockerfile: string
  /** The build context: the paths of the files, by their names in COPY instructions. */
  files: Record<string, string>
  /** The base image; by default that of the Dockerfile. */
  baseImage?: string | undefined
  /** Annotation keys of the OCI image specification, as labels. */
  labels: Record<string, string>
  target: Target
}

/** The label with the hash of all inputs of an image: the next build is skipped where it is the same. */
const inputsLabel = 'dapr-perf.inputs'

/** Builds an image, unless the local image store has one with the same inputs. */
export async function buildImage(image: Image, builder: ImageBuilder): Promise<'built' | 'unchanged'> {
  const file = join(packageFolder, '../../docker', image.dockerfile)
  const inputs = await hashOfInputs(image, file)
  if ((await builder.labelOf(image.reference, inputsLabel)) === inputs) return 'unchanged'
  const context = await mkdtemp(join(tmpdir(), 'dapr-perf-image-'))
  try {
    for (const [name, path] of Object.entries(image.files)) await copyFile(path, join(context, name))
    const labels = { ...image.labels, [inputsLabel]: inputs }
    await builder.build({ ...image, file, context, labels })
  } finally {
    await rm(context, { recursive: true, force: true })
  }
  return 'built'
}

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
