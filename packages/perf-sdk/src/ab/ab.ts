import { join } from 'node:path'
import type { GivenSide, Side } from '@dapr-perf/dapr'
import { InputError } from '@dapr-perf/errors'
import { mergeParams, withParamOverrides } from '../description/params.js'
import { rateOf } from '../description/target.js'
import { withSidecarVariables } from '../platforms/variants.js'
import { makeResultsFolder, newRunId, pointLatestTo } from '../results/files.js'
import { writeRun } from '../results/run-file.js'
import { checkSidecars } from '../runner/check-sidecars.js'
import { type EngineOf, fortioOf } from '../runner/engine.js'
import { type FoundCase, type LoadedCase, loadCase } from '../runner/find-cases.js'
import { appsOf, checkRequestSize } from '../runner/limits.js'
import { type AbCaseOptions, type AbEnd, abCase } from './ab-case.js'
import { checkResources } from './check-resources.js'
import { provideImages, providePrograms, type SideDaprds } from './sides.js'
import { appsWith, isSameVariant, type SideSettings } from './variant.js'

/** The probability of a false alarm of a whole comparison, two-sided. */
const alpha = 0.05

/** What a user asks for on one side. */
export interface AskedSide {
  given: GivenSide
  settings: SideSettings
}

export interface ComparisonOptions
  extends Omit<AbCaseOptions, 'runId' | 'folder' | 'engineOf' | 'variants' | 'differences' | 'alpha'> {
  a: { settings: SideSettings }
  b: { settings: SideSettings }
  /** Makes the loads; fortio by default. */
  engineOf?: EngineOf
  /** Folder for the results of all runs; each gets a folder of its own in it. */
  resultsFolder: string
  /** Called when the comparison of a case has ended. */
  onCaseEnd(end: AbEnd): void | Promise<void>
}

export interface AbOptions extends ComparisonOptions {
  a: AskedSide
  b: AskedSide
  /** Makes an image of a side's program that the cluster can pull. @returns its reference */
  makeImage(side: Side): Promise<string>
}

/**
 * Compares two variants of Dapr for some cases, one after the other.
 *
 * @returns the end of each case that was started
 * @throws InputError if a case can't be loaded, its loads can't be made, or a side does not exist; BuildError if it can't be
 * built
 */
export async function ab(found: FoundCase[], options: AbOptions): Promise<AbEnd[]> {
  const { a, b, platform, report, signal } = options
  const cases = []
  for (const one of found) cases.push(await loadCase(one))
  for (const loaded of cases) {
    checkLoadsOf(loaded, options)
    checkSettingsOf(loaded, options)
  }
  const sides =
    platform.name === 'local'
      ? await providePrograms(a.given, b.given, { signal, report })
      : await provideImages(a.given, b.given, options)
  return compareSides(cases, sides, options)
}

/** Compares two sides that are there. @returns the end of each case that was started */
export async function compareSides(
  cases: LoadedCase[],
  sides: SideDaprds,
  options: ComparisonOptions,
): Promise<AbEnd[]> {
  const { a, b, resultsFolder, signal } = options
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
  await writeRun(folder, { run: runId, command: 'ab', cases: cases.map(({ name }) => name) })
  await pointLatestTo(resultsFolder, runId)
  const ends: AbEnd[] = []
  for (const loaded of cases) {
    if (signal.aborted) break
    const caseOptions = {
      ...options,
      engineOf: options.engineOf ?? fortioOf,
      runId,
      folder: join(folder, loaded.name),
      variants,
      differences: [...same, ...sides.differences],
      alpha: alpha / cases.length,
    }
    const end = await withParamOverrides(options.params, () => abCase(loaded, caseOptions))
    ends.push(end)
    await options.onCaseEnd(end)
  }
  return ends
}

function checkSettingsOf(
  { name, case: description }: LoadedCase,
  { a, b, platform, report }: AbOptions,
): void {
  for (const { settings } of [a, b]) {
    const apps = appsWith(settings, appsOf(description))
    checkSidecars(name, withSidecarVariables(apps, settings.env), platform.name)
  }
  try {
    for (const { settings } of [a, b])
      for (const what of checkResources({ case: description, settings, platform: platform.name }))
        report({ kind: 'note', what: `${name}: ${what}` })
  } catch (error) {
    throw new InputError(`${name}: ${(error as Error).message}`, { cause: error })
  }
}

/** A case with a test function of its own makes its loads as it likes: they are checked when it does. */
function checkLoadsOf({ name, case: description }: LoadedCase, { params: overrides }: AbOptions): void {
  const { targets } = description
  if (!targets) return
  const { params } = mergeParams(description.params, overrides)
  try {
    checkRequestSize(targets.dapr, params, appsOf(description))
    rateOf(targets.dapr, params.qps) // throws
  } catch (error) {
    throw new InputError(`${name}: ${(error as Error).message}`, { cause: error })
  }
}
