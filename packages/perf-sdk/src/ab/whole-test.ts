import { VariantError } from '@dapr-perf/errors'
import type { Case } from '../case/test-runner.js'
import { checkLoads } from '../checks/loads.js'
import type { VariantName, VariantOfBlock } from '../model/block.js'
import type { LoadResult } from '../model/load.js'
import { loadsOf } from '../model/measurement.js'
import type { CpuSource } from '../model/usage.js'
import { attributed } from '../platforms/attributed.js'
import { figuresOf, type Measured, throwIfFailed } from './figures.js'
import { throwIfGeneratorWasLate } from './generator.js'
import { processorTimes, stealPercent } from './interference.js'
import { firstVariant, startingWith } from './order.js'
import { type BlockOptions, prepareVariant, startVariant, thenEnd } from './running.js'

/** Runs the case's own test function whole for each variant, one after the other. */
export async function measureWholeTest(number: number, options: BlockOptions): Promise<Measured> {
  const first = firstVariant(options.seed, number, 'start')
  const timesBefore = processorTimes()
  const measured = new Map<VariantName, VariantTest>()
  for (const name of startingWith(first)) measured.set(name, await runTest(name, number, options))
  const [a, b] = [measured.get('a') as VariantTest, measured.get('b') as VariantTest]
  return {
    startedFirst: first,
    loadedFirst: first,
    stealPercent: stealPercent(timesBefore, processorTimes()),
    cpuSource: a.cpuSource,
    variants: { a: a.figures, b: b.figures },
    loads: { a: a.loads, b: b.loads },
    files: [...a.files, ...b.files],
  }
}

interface VariantTest {
  cpuSource: CpuSource
  figures: VariantOfBlock
  loads: LoadResult[]
  files: string[]
}

async function runTest(name: VariantName, number: number, options: BlockOptions): Promise<VariantTest> {
  const one = await startVariant(name, number, options)
  return thenEnd([one], async () => {
    await prepareVariant(one, options)
    const readCounters = () => attributed(name, () => one.deployment.readCounters())
    const before = await readCounters()
    const test = options.case.test as NonNullable<Case['test']>
    const { measurement, summaries, checks } = await attributed(name, () => test(one.test))
    const after = await readCounters()
    options.signal.throwIfAborted() // what has ended by itself is not counted to its end
    const ofLoads = checkLoads(summaries)
    throwIfFailed(name, [...ofLoads.filter(({ id }) => id.endsWith('.success')), ...checks])
    throwIfGeneratorWasLate(ofLoads)
    const compared = Object.keys(measurement.targets).at(-1) ?? ''
    const loads = loadsOf(measurement, compared).map(({ result }) => result)
    if (loads.length === 0)
      throw new VariantError(name, `the case's test function has measured no load of ${compared}`)
    return { cpuSource: after.cpuSource, figures: figuresOf(loads, before, after), loads, files: one.files }
  })
}
