import { messageOf } from '../message-of.js'
import type { LocateDaprdOptions } from '../options.js'

/** Where a daprd of a given version may come from. */
export interface Place {
  name: string
  /** @returns its path @throws Error where this place has none */
  find: (options: LocateDaprdOptions) => Promise<string>
}

/**
 * Looks for a daprd in places, one after the other, and reports each outcome.
 *
 * @returns its path and its place, or what was tried: a line for each place
 */
export async function search<P extends Place>(
  places: readonly P[],
  options: LocateDaprdOptions,
): Promise<{ path: string; place: P } | { tried: string[] }> {
  const tried: string[] = []
  for (const place of places) {
    const report = (line: string) => options.report(`${place.name}: ${line}`)
    try {
      return { place, path: await place.find({ ...options, report }) }
    } catch (error) {
      options.signal?.throwIfAborted()
      report(messageOf(error))
      tried.push(`${place.name}: ${messageOf(error)}`)
    }
  }
  return { tried }
}
