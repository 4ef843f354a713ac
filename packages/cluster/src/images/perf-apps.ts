import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isThisMachine, type Target } from '@dapr-perf/dapr'
import { InputError } from '@dapr-perf/errors'
import { readKubernetesSettings, testImage } from '@dapr-perf/kubernetes/settings'
import { built, folderOf, programOf, workspaceOfImage } from '@dapr-perf/perf-apps'
import { resolveBaseImage } from './base-image.js'
import { findImageBuilder } from './builder.js'
import { buildImage, type Image } from './image.js'
import { imageTarget } from './target.js'

const imagePrefix = 'perf-'
const defaultBase = 'docker.io/library/node:24-bookworm-slim'

export interface ImageTask {
  /** By default process.env. */
  env?: NodeJS.ProcessEnv
  /** Replace local images of the same name that dapr-perf has not built. By default false: they are an error. */
  overwrite?: boolean
  /** Called with one line for each step. */
  report?: (line: string) => void
}

/** The names of the perf apps, as in the Go suite's tasks: those of the images without `perf-`. */
export const perfAppNames = Object.keys(workspaceOfImage).map((image) => image.slice(imagePrefix.length))

/**
 * Builds the images of perf apps in the builder's local image store. Unchanged images are not built again.
 *
 * @param names from `perfAppNames`, or `all`
 * @returns the images' references and the builder that has them
 * @throws InputError for an unknown name, and for DAPR_* and TARGET_* variables that are missing or invalid
 */
export async function buildPerfApps(
  names: string[],
  { env = process.env, overwrite = false, report = () => {} }: ImageTask = {},
) {
  const unbased = expandNames(names).map((name) => perfAppImage(name, env))
  const builder = await findImageBuilder(env)
  const target = imageTarget(readKubernetesSettings(env))
  const baseImage = await resolveBaseImage(env.DAPR_PERF_BASE_IMAGE || defaultBase, target, builder, report)
  const images = unbased.map((image): Image => ({ ...image, baseImage }))
  for (const image of images)
    report(`${image.reference}: ${await buildImage(image, builder, overwrite)} (${builder.program})`)
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

function expandNames(names: string[]): string[] {
  for (const name of names) {
    if (name === 'all' || perfAppNames.includes(name)) continue
    throw new InputError(
      `there is no perf app ${name}. There are ${perfAppNames.join(', ')}; \`all\` means all of them`,
    )
  }
  return names.includes('all') ? perfAppNames : [...new Set(names)]
}

function perfAppImage(name: string, env: NodeJS.ProcessEnv): Omit<Image, 'baseImage'> {
  const imageName = imagePrefix + name
  const settings = readKubernetesSettings(env)
  const target = imageTarget(settings)
  const program = programOf(imageName)
  const isTester = name === 'tester'
  const { description, version, license } = packageOf(program)
  return {
    reference: testImage(imageName, settings),
    dockerfile: isTester ? 'perf-tester.Dockerfile' : 'perf-app.Dockerfile',
    files: { 'main.cjs': program, ...(isTester && fortioPrograms(target)) },
    labels: {
      'org.opencontainers.image.title': imageName,
      'org.opencontainers.image.description': description,
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.licenses': license,
    },
    target,
  }
}

function packageOf(program: string): { description: string; version: string; license: string } {
  return JSON.parse(readFileSync(join(dirname(program), '..', 'package.json'), 'utf8'))
}

/** The files of fortio for a target: in bin/, or in bin/OS-ARCH for another platform than this machine's. */
function fortioPrograms(target: Target): Record<string, string> {
  const { os, arch } = target
  const bin = join(folderOf('@dapr-perf/fortio-image'), 'bin')
  const fortio = join(isThisMachine(target) ? bin : join(bin, `${os}-${arch}`), 'fortio')
  const folder = dirname(built(fortio, `TARGET_OS=${os} TARGET_ARCH=${arch} npx turbo build`))
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())
  const names = entries.map(({ name }) => name).sort()
  return Object.fromEntries(names.map((name) => [name, join(folder, name)]))
}
