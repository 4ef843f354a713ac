import { join } from 'node:path'
import type { GivenSide, Side } from '@dapr-perf/dapr'
import { loadPlatform, type PlatformName } from '../platforms/platforms.js'
import { makeResultsFolder, newRunId, pointLatestTo } from '../results/files.js'
import { type FoundCase, loadCase } from '../runner/find-cases.js'
import { type AbCaseOptions, type AbEnd, abCase } from './ab-case.js'
import { provideImages, providePrograms } from './sides.js'
import { isSameVariant, type SideSettings } from './variant.js'

/** The probability of a false alarm of a whole comparison, two-sided. */
const alpha = 0.05

/** What a user asks for on one side. */
export interface AskedSide {
  given: GivenSide
  settings: SideSettings
}

export interface AbOptions
  extends Omit<AbCaseOptions, 'runId' | 'folder' | 'platform' | 'variants' | 'differences' | 'alpha'> {
  platform: PlatformName
  a: AskedSide
  b: AskedSide
  /** Makes an image of a side's program that the cluster can pull. @returns its reference */
  makeImage(side: Side): Promise<string>
  /** Folder for the results of all runs; each gets a folder of its own in it. */
  resultsFolder: string
  /** Called when the comparison of a case has ended. */
  onCaseEnd(end: AbEnd): void | Promise<void>
}

/**
 * Compares two variants of Dapr for some cases, one after the other.
 *
 * @returns the end of each case that was started
 * @throws InputError if a side does not exist, BuildError if it can't be built
 */
export async function ab(found: FoundCase[], options: AbOptions): Promise<AbEnd[]> {
  const { a, b, resultsFolder, report, signal } = options
  const cases = []
  for (const one of found) cases.push(await loadCase(one))
  const sides =
    options.platform === 'local'
      ? await providePrograms(a.given, b.given, { signal, report })
      : await provideImages(a.given, b.given, options)
  const platform = await loadPlatform(options.platform)
  const variants = {
    a: { name: 'a' as const, side: sides.a, settings: a.settings },
    b: { name: 'b' as const, side: sides.b, settings: b.settings },
  }
  const same = isSameVariant(variants.a, variants.b)
    ? ['A and B are the same program with the same settings: what differs is noise']
    : []
  const runId = newRunId()
  const folder = join(resultsFolder, runId)
  await makeResultsFolder(folder)
  await pointLatestTo(resultsFolder, runId)
  const ends: AbEnd[] = []
  for (const loaded of cases) {
    if (signal.aborted) break
    const end = await abCase(loaded, {
      ...options,
      platform,
      runId,
      folder: join(folder, loaded.name),
      variants,
      differences: [...same, ...sides.differences],
      alpha: alpha / cases.length,
    })
    ends.push(end)
    await options.onCaseEnd(end)
  }
  return ends
}
