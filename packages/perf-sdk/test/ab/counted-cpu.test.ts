import { InputError } from '@dapr-perf/errors'
import { expect, it } from 'vitest'
import { differingCpu, throwIfCpuIsElsewhere } from '../../src/ab/counted-cpu.js'
import { blockOf } from './blocks.js'

/** Blocks in which B's processes used 0.5 s of CPU, of which it says so much itself. */
const blocks = (ownCpuSeconds: number | undefined, count = 1) =>
  Array.from({ length: count }, () => blockOf(1, { ownCpuSeconds }))

it.each([
  ['a script that waits for daprd and works itself', 0.4],
  ['a profiler beside it', 0.25],
])('CPU that is used beside daprd is told: %s', (_, own) => {
  expect(differingCpu('b', blocks(own, 3))).toEqual({ counted: 1.5, own: expect.closeTo(3 * own) })
  expect(() => throwIfCpuIsElsewhere(blocks(own)[0] as never)).not.toThrow()
})

it('CPU that is used elsewhere than where it is counted ends the comparison in its trial, with what to do', () => {
  for (const own of [0.6, 50]) {
    const [block] = blocks(own)
    expect(() => throwIfCpuIsElsewhere(block as never)).toThrow(InputError)
    expect(() => throwIfCpuIsElsewhere(block as never)).toThrow(
      `the sidecars of B used ${own.toFixed(2)} s of CPU by their own metric process_cpu_seconds_total, and the processes that were started for them only 0.50 s`,
    )
  }
})

it('what hundredths of a second and another moment make is no difference, nor is what daprd does not say', () => {
  for (const own of [0.46, 0.5, 0.54, undefined]) {
    expect(differingCpu('b', blocks(own))).toBeUndefined()
    expect(differingCpu('a', blocks(own))).toBeUndefined()
  }
})
