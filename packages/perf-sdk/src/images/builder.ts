import { type ExecaError, execa } from 'execa'
import { DaprPerfError, InputError } from '../errors.js'
import { isThisMachine, type Target } from './target.js'

/** A program that builds and pushes images, and keeps them in a store of its own. */
export interface ImageBuilder {
  readonly program: Program
  build(image: ImageToBuild): Promise<void>
  /** A label of an image in the builder's store; nothing where the image isn't there. */
  labelOf(reference: string, name: string): Promise<string | undefined>
  push(reference: string): Promise<void>
}

export interface ImageToBuild {
  reference: string
  /** Path of the Dockerfile. */
  file: string
  /** The folder that its COPY lines read. */
  context: string
  baseImage?: string | undefined
  labels: Record<string, string>
  target: Target
}

/** In the order in which they are looked for, with a question (`works`) that needs the engine where it has one. */
const programs = {
  docker: {
    works: ['version', '--format', '{{.Server.Version}}'],
    inspect: ['image', 'inspect'],
    image: '',
  },
  podman: {
    works: ['info', '--format', '{{.Version.Version}}'],
    inspect: ['image', 'inspect'],
    image: '',
  },
  buildah: {
    works: ['info', '--format', '{{.store.GraphRoot}}'],
    inspect: ['inspect', '--type', 'image'],
    image: '.OCIv1',
  },
}
type Program = keyof typeof programs

const secondsToAnswer = 20
const linesOfError = 5

/**
 * The builder that DAPR_PERF_IMAGE_BUILDER names, or else the first of docker, podman and buildah that works.
 *
 * @throws DaprPerfError that says of each why it doesn't
 */
export async function findImageBuilder(env: NodeJS.ProcessEnv = process.env): Promise<ImageBuilder> {
  const reasons: string[] = []
  for (const program of candidates(env.DAPR_PERF_IMAGE_BUILDER)) {
    const reason = await whyItDoesNotWork(program)
    if (reason === undefined) return builder(program)
    reasons.push(`${program}: ${reason}`)
  }
  throw new DaprPerfError(
    [
      'No program that builds images works. This was tried:',
      ...reasons.map((line) => `  ${line}`),
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

async function whyItDoesNotWork(program: Program): Promise<string | undefined> {
  try {
    await run(program, programs[program].works, { timeout: secondsToAnswer * 1000 })
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
      // A base image that the store has is not looked for anywhere else: docker does it so by itself, buildah where it
      // is told so and is asked for no platform.
      args.push('--pull=false')
      if (!isThisMachine(target)) args.push('--platform', `${target.os}/${target.arch}`)
      if (baseImage) args.push('--build-arg', `BASE_IMAGE=${baseImage}`)
      for (const [name, value] of Object.entries(labels)) args.push('--label', `${name}=${value}`)
      await run(program, [...args, context])
      const arch = await inspect(program, reference, `{{${programs[program].image}.Architecture}}`)
      if (arch === target.arch) return
      throw new DaprPerfError(
        `${reference} came out for ${arch}, not ${target.arch}: remove its base image from ${program}'s store`,
      )
    },

    labelOf: (reference, name) =>
      inspect(program, reference, `{{index ${programs[program].image}.Config.Labels "${name}"}}`),

    async push(reference) {
      // docker knows by itself that a registry on this machine speaks plain HTTP; the others have to be told.
      const plain = program !== 'docker' && isOnThisMachine(reference) ? ['--tls-verify=false'] : []
      await run(program, ['push', ...plain, reference])
    },
  }
}

/** What a template makes of an image in the store; nothing where the image isn't there. */
async function inspect(program: Program, reference: string, template: string): Promise<string | undefined> {
  const args = [...programs[program].inspect, '--format', template, reference]
  const { stdout, failed } = await execa(program, args, { reject: false })
  return failed ? undefined : stdout
}

/** Whether an image's registry is this machine itself. */
export function isOnThisMachine(reference: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+)[:/]/.test(reference)
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
  if (error.timedOut) return `no answer after ${secondsToAnswer} s`
  const lines = String(error.stderr ?? '')
    .split('\n')
    .filter((line) => line.trim())
  return lines.slice(-linesOfError).join('; ') || error.shortMessage
}
