import { InputError } from '../errors.js'
import type { Platform, PlatformOptions } from './platform.js'

export const platformNames = ['local', 'kubernetes'] as const
export type PlatformName = (typeof platformNames)[number]

/** @throws InputError where there is no platform of that name */
export function parsePlatformName(text: string, source: string): PlatformName {
  const name = platformNames.find((candidate) => candidate === text)
  if (name) return name
  const separator = source.startsWith('--') ? ' ' : '='
  throw new InputError(`${source}${separator}${text}: expected ${platformNames.join(' or ')}`)
}

/** The platform of a name. Each is loaded only where it is used: the Kubernetes client takes half a second to load. */
export async function createPlatform(name: PlatformName, options: PlatformOptions): Promise<Platform> {
  if (name === 'local') return new (await import('./local/local-platform.js')).LocalPlatform(options)
  return new (await import('./kubernetes/kubernetes-platform.js')).KubernetesPlatform(options)
}

/**
 * Removes what killed runs have left on a platform. Runs that are alive are not touched.
 *
 * @returns a line for each thing that was removed
 */
export async function removeLeftovers(name: PlatformName): Promise<string[]> {
  if (name === 'local') {
    const ended = (await import('../process/run-record.js')).removeLeftovers()
    return ended.map((line) => `ended ${line}`)
  }
  const removed = await (await import('./kubernetes/removal.js')).removeLeftovers()
  return removed.map((line) => `removed ${line}`)
}
