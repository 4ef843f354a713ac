import { machine, type Target } from '../machine.js'
import { type DaprProgram, daprPrograms } from '../program-names.js'
import { shortHash } from '../sha256.js'

const platformOf = ({ os, arch }: Target) => `${os}-${arch}`

/** A daprd that was downloaded from Dapr's releases, for this machine. */
export const releaseName = (version: string) => `daprd-${version}-release-${platformOf(machine)}`

/**
 * A program that was built from sources that don't change.
 *
 * @param sources a version, or the whole hash of a commit
 * @param settings how it was built: see `BuildSettings`
 */
export function builtName(program: DaprProgram, sources: string, settings: string, target: Target): string {
  return `${program}-${sources}-${settings}-${platformOf(target)}`
}

/** Whether a file is a daprd of this version that was built for this machine, whatever Go and flags were used. */
export function isBuiltDaprd(name: string, version: string): boolean {
  const [start, end] = [`daprd-${version}-`, `-${platformOf(machine)}`]
  if (!name.startsWith(start) || !name.endsWith(end)) return false
  return /^[\w.]+-[0-9a-f]{8}$/.test(name.slice(start.length, -end.length))
}

/** A program of a checkout as it stood when it was built last. */
export function checkoutName(program: DaprProgram, folder: string, target: Target): string {
  return `${checkoutPrefix(program, folder)}${platformOf(target)}`
}

/**
 * A program of a checkout, named by its own sum as well: a later build doesn't replace it while it is measured.
 *
 * @param sum the program's SHA-256 in hexadecimal
 */
export function checkoutSumName(program: DaprProgram, folder: string, sum: string, target: Target): string {
  return `${checkoutPrefix(program, folder)}${sum.slice(0, 12)}-${platformOf(target)}`
}

/** Whether a file has a name made by `checkoutSumName` for this program and checkout. */
export function isCheckoutSumName(name: string, program: DaprProgram, folder: string): boolean {
  const prefix = checkoutPrefix(program, folder)
  return name.startsWith(prefix) && /^[0-9a-f]{12}-[a-z0-9]+-[a-z0-9]+$/.test(name.slice(prefix.length))
}

const checkoutPrefix = (program: DaprProgram, folder: string) =>
  `${program}-checkout-${shortHash(folder, 12)}-`

const sources = [
  '\\d+\\.\\d+\\.\\d+(-[\\w.-]+)?', // a version: released or built, or both under the name of dapr-perf 0.1
  '[0-9a-f]{40,64}-[\\w.]+-[0-9a-f]{8}', // a commit
  'checkout-[0-9a-f]{12}(-[0-9a-f]{12})?',
]
const anyName = new RegExp(`^(${daprPrograms.join('|')})-(${sources.join('|')})-[a-z0-9]+-[a-z0-9]+$`)

/** Whether a file of the cache has a name that one of the functions above makes. */
export const isCacheName = (name: string) => anyName.test(name)
