import { loadavg } from 'node:os'
import { type LineOf, toStored } from '../results/observations.js'
import { interferenceOf } from './interference.js'
import { measureMixedLoad } from './mixed-load.js'
import type { BlockOptions } from './running.js'
import { measureWholeTest } from './whole-test.js'

/**
 * Measures one block, with new sidecars of both variants, which it ends again: one load of both in turn, after a warm-up,
 * or, of a case with its own test function, that function for each of them. Which variant is first is drawn.
 *
 * @param number counts from 1; 0 is the trial block
 * @throws VariantError if a variant does not start, ends by itself, or does not do what its load asks for; DaprPerfError if
 * the load generator was the limit
 */
export async function measureBlock(number: number, options: BlockOptions): Promise<LineOf<'block'>> {
  const started = performance.now()
  const startedAt = new Date().toISOString()
  const [loadAverage] = loadavg()
  const { stealPercent, loads, files, ...measured } = options.case.test
    ? await measureWholeTest(number, options)
    : await measureMixedLoad(number, options)
  // Of another machine than the sidecars' they would say nothing.
  const ofMachine = options.session.isOnThisMachine ? { stealPercent, loadAverage } : {}
  const block = {
    startedAt,
    seconds: (performance.now() - started) / 1000,
    ...measured,
    ...ofMachine,
    interference: interferenceOf(ofMachine),
  }
  return {
    kind: 'block',
    number,
    block,
    loads: { a: loads.a.map(toStored), b: loads.b.map(toStored) },
    files,
  }
}
