import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { folderOf } from '../workspaces.js'
import type { ImageBuilder } from './builder.js'
import type { Target } from './target.js'

/** An image that is built from files of this machine. */
export interface Image {
  /** REGISTRY/NAME:TAG */
  reference: string
  /** The Dockerfile's name in the folder docker/. */
  dockerfile: string
  /** What its COPY lines find: names in the build context, and where the files are. */
  files: Record<string, string>
  /** The image that it stands on, where it isn't the Dockerfile's own. */
  baseImage?: string | undefined
  /** Labels, in the names of the OCI image specification. */
  labels: Record<string, string>
  target: Target
}

/** Holds the sum of all that went into an image, so that the next build knows whether there is anything to do. */
const inputsLabel = 'dapr-perf.inputs'

/** Builds an image, unless the builder's store has it already and nothing that goes into it has changed. */
export async function buildImage(image: Image, builder: ImageBuilder): Promise<'built' | 'unchanged'> {
  const file = join(folderOf('perf-sdk'), '../../docker', image.dockerfile)
  const inputs = await sumOfInputs(image, file)
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

async function sumOfInputs(image: Image, dockerfile: string): Promise<string> {
  const hash = createHash('sha256')
  const { baseImage, labels, target } = image
  hash.update(JSON.stringify({ baseImage, labels, target, dockerfile: await readFile(dockerfile, 'utf8') }))
  for (const [name, path] of Object.entries(image.files)) {
    hash.update(`\n${name}\n`)
    await pipeline(createReadStream(path), hash, { end: false })
  }
  return `sha256:${hash.digest('hex')}`
}
