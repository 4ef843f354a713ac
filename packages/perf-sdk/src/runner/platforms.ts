import { InputError } from '@dapr-perf/errors'
import type { Platform } from '../platforms/platform.js'

export const platformNames = ['local', 'kubernetes'] as const
export type PlatformName = (typeof platformNames)[number]

/** @throws InputError if there is no such platform */
export function parsePlatformName(text: string, source: string): PlatformName {
  const name = platformNames.find((candidate) => candidate === text)
  if (name) return name
  throw new InputError(`${source}=${text}: expected ${platformNames.join(' or ')}`)
}

/** Loads a platform on demand: the Kubernetes client takes half a second to load. */
export async function loadPlatform(name: PlatformName): Promise<Platform> {
  return name === 'local'
    ? (await import('../platforms/local/local-platform.js')).localPlatform
    : (await import('../platforms/kubernetes/kubernetes-platform.js')).kubernetesPlatform
}

/**
 * Removes the leftovers of killed runs on a platform. Runs that are alive are not touched.
 *
 * @returns a line for each thing that was removed
 */
export async function cleanPlatform(name: PlatformName): Promise<string[]> {
  if (name === 'local') {
    const stopped = (await import('../process/run-record.js')).stopDeadRuns()
    return stopped.map((line) => `stopped ${line}`)
  }
  const removed = await (
    await import('../platforms/kubernetes/ownership/removal.js')
  ).removeDeadRunsOfContext()
  return removed.map((line) => `removed ${line}`)
}
