import { isThisMachine, type Target } from '@dapr-perf/dapr'
import { DaprPerfError, InputError } from '@dapr-perf/errors'
import { isOnThisMachine } from '@dapr-perf/kubernetes/settings'
import { type ExecaError, execa } from 'execa'

/** A program that builds and pushes images, with its own local image store. */
export interface ImageBuilder {
  readonly program: Program
  build(image: ImageToBuild): Promise<void>
  /** A label of a local image; undefined where the image does not exist. */
  labelOf(reference: string, name: string): Promise<string | undefined>
  /** The digest of a local image for the target, `sha256:…`; undefined where there is none. */
  digestOf(reference: string, target: Target): Promise<string | undefined>
  push(reference: string): Promise<void>
}

export interface ImageToBuild {
  reference: string
  /** Path of the Dockerfile. */
  file: string
  /** The folder of the build context. */
  context: string
  /** The reference of the image that it is built on. */
  baseImage: string
  labels: Record<string, string>
  target: Target
}

/**
 * In order of preference. `works` are the arguments of a command that succeeds only where the program can build images,
 * `image` and `digest` templates for `inspect`.
 */
const programs = {
  docker: {
    works: ['version', '--format', '{{.Server.Version}}'],
    inspect: ['image', 'inspect'],
    image: '',
    digest: '{{if .RepoDigests}}{{index .RepoDigests 0}}{{else}}{{.Id}}{{end}}',
  },
  podman: {
    works: ['info', '--format', '{{.Version.Version}}'],
    inspect: ['image', 'inspect'],
    image: '',
    digest: '{{.Digest}}',
  },
  buildah: {
    works: ['info', '--format', '{{.store.GraphRoot}}'],
    inspect: ['inspect', '--type', 'image'],
    image: '.OCIv1',
    digest: '{{.FromImageDigest}}',
  },
}
type Program = keyof typeof programs

const timeoutMs = 20_000
const maxErrorLines = 5

/**
 * The builder that DAPR_PERF_IMAGE_BUILDER names, or else the first of docker, podman and buildah that works.
 *
 * @throws InputError for an unknown name, DaprPerfError with the error of each where none works
 */
export async function findImageBuilder(env: NodeJS.ProcessEnv = process.env): Promise<ImageBuilder> {
  const failures: string[] = []
  for (const program of candidates(env.DAPR_PERF_IMAGE_BUILDER)) {
    const failure = await failureOf(program)
    if (failure === undefined) return builder(program)
    failures.push(`${program}: ${failure}`)
  }
  throw new DaprPerfError(
    [
      'No program that builds images works. This was tried:',
      ...failures.map((line) => `  ${line}`),
      'Install docker, podman or buildah, or start its engine.',
    ].join('\n'),
  )
}

function candidates(chosen: string | undefined): Program[] {
  const known = Object.keys(programs) as Program[]
  if (!chosen) return known
  const found = known.find((program) => program === chosen)
  if (found) return [found]
  throw new InputError(`DAPR_PERF_IMAGE_BUILDER=${chosen}: expected one of ${known.join(', ')}`)
}

/** The message of the error that the program fails with; undefined where it works. */
async function failureOf(program: Program): Promise<string | undefined> {
  try {
    await run(program, programs[program].works, { timeout: timeoutMs })
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function builder(program: Program): ImageBuilder {
  return {
    program,

    async build({ reference, file, context, baseImage, labels, target }) {
      const args = ['build', '--file', file, '--tag', reference]
      // Use a local base image where there is one. That is docker's default; buildah needs the flag, and does not obey it
      // together with --platform.
      args.push('--pull=false')
      if (!isThisMachine(target)) args.push('--platform', `${target.os}/${target.arch}`)
      args.push('--build-arg', `BASE_IMAGE=${baseImage}`)
      for (const [name, value] of Object.entries(labels)) args.push('--label', `${name}=${value}`)
      await run(program, [...args, context])
      const arch = await inspect(program, reference, `{{${programs[program].image}.Architecture}}`)
      if (arch === target.arch) return
      throw new DaprPerfError(
        `${reference} was built for ${arch}, not ${target.arch}: remove its base image from ${program}'s local images`,
      )
    },

    labelOf: (reference, name) =>
      inspect(program, reference, `{{index ${programs[program].image}.Config.Labels "${name}"}}`),

    async digestOf(reference, target) {
      const { digest, image } = programs[program]
      const found = await inspect(program, reference, `{{${image}.Architecture}} ${digest}`)
      const [arch, text] = found?.split(' ') ?? []
      return arch === target.arch ? text?.replace(/^.*@/, '') : undefined
    },

    async push(reference) {
      // docker uses plain HTTP for registries on localhost by default; podman and buildah need the flag.
      const insecure = program !== 'docker' && isOnThisMachine(reference) ? ['--tls-verify=false'] : []
      await run(program, ['push', ...insecure, reference])
    },
  }
}

/** Formats the metadata of a local image with a Go template; undefined where the image does not exist. */
async function inspect(program: Program, reference: string, template: string): Promise<string | undefined> {
  const args = [...programs[program].inspect, '--format', template, reference]
  const { stdout, failed } = await execa(program, args, { reject: false })
  return failed ? undefined : stdout
}

async function run(program: Program, args: string[], options: { timeout?: number } = {}): Promise<void> {
  try {
    await execa(program, args, { stdin: 'ignore', ...options })
  } catch (error) {
    throw new DaprPerfError(`${program} ${args[0]}: ${lastLines(error as ExecaError)}`, { cause: error })
  }
}

function lastLines(error: ExecaError): string {
  if (error.code === 'ENOENT') return 'not on the PATH'
  if (error.timedOut) return `no answer after ${timeoutMs / 1000} s`
  const lines = String(error.stderr ?? '')
    .split('\n')
    .filter((line) => line.trim())
  return lines.slice(-maxErrorLines).join('; ') || error.shortMessage
}
