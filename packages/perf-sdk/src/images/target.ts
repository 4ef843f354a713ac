import { InputError } from '../errors.js'
import { machine } from '../platforms/local/daprd/machine.js'

/** What images are built for, in Go's names. */
export interface Target {
  os: string
  arch: string
}

const oses = ['linux']
const arches = ['amd64', 'arm64']

/** TARGET_OS and TARGET_ARCH, linux and this machine's architecture by default. */
export function imageTarget(env: NodeJS.ProcessEnv = process.env): Target {
  return {
    os: oneOf('TARGET_OS', env.TARGET_OS || 'linux', oses),
    arch: oneOf('TARGET_ARCH', env.TARGET_ARCH || machine.arch, arches),
  }
}

function oneOf(variable: string, value: string, known: string[]): string {
  if (known.includes(value)) return value
  throw new InputError(`${variable}=${value}: images are made for ${known.join(' or ')}`)
}
