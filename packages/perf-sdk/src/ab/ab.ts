import { join } from 'node:path'
import { type GivenSide, resolveSides } from '@dapr-perf/dapr'
import { InputError } from '@dapr-perf/errors'
import { makeResultsFolder, newRunId, pointLatestTo } from '../results/files.js'
import { type FoundCase, type LoadedCase, loadCase } from '../runner/find-cases.js'
import { type AbCaseOptions, type AbEnd, abCase } from './ab-case.js'
import { isSameVariant, type SideSettings } from './variant.js'

/** The probability of a false alarm of a whole comparison, two-sided. */
const alpha = 0.05

/** What a user asks for on one side. */
export interface AskedSide {
  given: GivenSide
  settings: SideSettings
}

export interface AbOptions
  extends Omit<AbCaseOptions, 'runId' | 'folder' | 'variants' | 'differences' | 'alpha'> {
  a: AskedSide
  b: AskedSide
  /** Folder for the results of all runs; each gets a folder of its own in it. */
  resultsFolder: string
  /** Called when the comparison of a case has ended. */
  onCaseEnd(end: AbEnd): void | Promise<void>
}

/**
 * Compares two variants of Dapr for some cases, one after the other.
 *
 * @returns the end of each case that was started
 * @throws InputError if a case can't be compared or a side does not exist, BuildError if a side can't be built
 */
export async function ab(found: FoundCase[], options: AbOptions): Promise<AbEnd[]> {
  const { a, b, resultsFolder, report, signal } = options
  const cases = []
  for (const one of found) cases.push(await loadCase(one))
  for (const one of cases) checkComparable(one)
  const sides = await resolveSides(a.given, b.given, {
    signal,
    report: (what) => report({ kind: 'step', what }),
  })
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

function checkComparable({ name, case: { targets } }: LoadedCase): void {
  if (targets) return
  throw new InputError(
    `${name} has a test function of its own: ab compares cases with targets, whose load it can mix`,
  )
}
