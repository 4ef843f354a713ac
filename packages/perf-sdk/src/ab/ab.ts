import type { Side } from '@dapr-perf/dapr'
import type { ReportEvent } from '../model/event.js'
import type { AbResult } from '../results/ab-schema.js'
import type { FoundCase } from '../runner/find-cases.js'
import type { RunCasesOptions } from '../runner/plan.js'
import type { CaseEnd } from '../runner/reporter.js'
import { runCases } from '../runner/run-cases.js'
import { type BlocksOptions, inBlocks } from './blocks.js'
import { type ProvideSides, provideImages, providePrograms } from './sides.js'

export interface AbOptions extends RunCasesOptions, BlocksOptions {
  /** Makes an image of a side's program that the cluster can pull. @returns its reference */
  makeImage(side: Side, report: ReportEvent): Promise<string>
}

/**
 * Compares two variants of Dapr for some cases, one after the other; see runCases.
 *
 * @returns the end of each case that was started
 * @throws InputError if a side does not exist; BuildError if it can't be built
 */
export function ab(found: FoundCase[], options: AbOptions): Promise<CaseEnd<AbResult>[]> {
  const { platform, signal, makeImage } = options
  const provide: ProvideSides = (a, b, report) =>
    platform.name === 'local'
      ? providePrograms(a, b, { signal, report })
      : provideImages(a, b, { signal, report, makeImage: (side) => makeImage(side, report) })
  return runCases(found, inBlocks(options, provide), options)
}
