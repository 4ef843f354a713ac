import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { InputError } from '../errors.js'
import { readKubernetesSettings, testImage } from '../kubernetes/settings.js'
import { built, folderOf, programOf, workspaceOfImage } from '../workspaces.js'
import { findImageBuilder } from './builder.js'
import { buildImage, type Image } from './image.js'
import { imageTarget, isThisMachine, type Target } from './target.js'

const prefix = 'perf-'

export interface ImageTask {
  env?: NodeJS.ProcessEnv
  /** Told in one line what is done, and what came of it. */
  report?: (line: string) => void
}

/** The names of the perf apps as the Go suite's tasks have them: the images', without `perf-`. */
export const perfAppNames = Object.keys(workspaceOfImage).map((image) => image.slice(prefix.length))

/**
 * Builds the images of perf apps: the builder's store has them then. An image whose parts haven't changed since it
 * was built is left as it is.
 *
 * @param names of `perfAppNames`, or `all`
 * @returns their references
 * @throws InputError for an unknown name and for DAPR_* variables that are missing or wrong
 */
export async function buildPerfApps(
  names: string[],
  { env = process.env, report = () => {} }: ImageTask = {},
) {
  const images = chosen(names).map((name) => perfAppImage(name, env))
  const builder = await findImageBuilder(env)
  for (const image of images)
    report(`${image.reference}: ${await buildImage(image, builder)} (${builder.program})`)
  return { references: images.map(({ reference }) => reference), builder }
}

/** Builds the images of perf apps and pushes them to their registry; see `buildPerfApps`. */
export async function pushPerfApps(names: string[], task: ImageTask = {}): Promise<void> {
  const { references, builder } = await buildPerfApps(names, task)
  for (const reference of references) {
    await builder.push(reference)
    task.report?.(`${reference}: pushed`)
  }
}

function chosen(names: string[]): string[] {
  for (const name of names) {
    if (name === 'all' || perfAppNames.includes(name)) continue
    throw new InputError(
      `there is no perf app ${name}. There are ${perfAppNames.join(', ')}; \`all\` means all of them`,
    )
  }
  return names.includes('all') ? perfAppNames : [...new Set(names)]
}

function perfAppImage(name: string, env: NodeJS.ProcessEnv): Image {
  const imageName = prefix + name
  const settings = readKubernetesSettings(env)
  const target = imageTarget(settings)
  const program = programOf(imageName)
  const isTester = name === 'tester'
  const { description, version, license } = manifestOf(program)
  return {
    reference: testImage(imageName, settings),
    dockerfile: isTester ? 'perf-tester.Dockerfile' : 'perf-app.Dockerfile',
    files: { 'main.cjs': program, ...(isTester && fortioPrograms(target)) },
    baseImage: env.DAPR_PERF_BASE_IMAGE,
    labels: {
      'org.opencontainers.image.title': imageName,
      'org.opencontainers.image.description': description,
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.licenses': license,
    },
    target,
  }
}

function manifestOf(program: string): { description: string; version: string; license: string } {
  return JSON.parse(readFileSync(join(dirname(program), '..', 'package.json'), 'utf8'))
}

/** fortio's programs for a target: for another one than this machine they are in a folder of their own. */
function fortioPrograms(target: Target): Record<string, string> {
  const { os, arch } = target
  const bin = join(folderOf('@dapr-perf/fortio-image'), 'bin')
  const fortio = join(isThisMachine(target) ? bin : join(bin, `${os}-${arch}`), 'fortio')
  const folder = dirname(built(fortio, `TARGET_OS=${os} TARGET_ARCH=${arch} npx turbo build`))
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())
  const names = entries.map(({ name }) => name).sort()
  return Object.fromEntries(names.map((name) => [name, join(folder, name)]))
}
