import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { frequencyGovernor } from '../../../src/platforms/local/host.js'

/** A folder of processors with these governors. */
function processors(...governors: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'dapr-perf-cpu-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'cpufreq'))
  for (const [index, governor] of governors.entries()) {
    mkdirSync(join(folder, `cpu${index}`, 'cpufreq'), { recursive: true })
    writeFileSync(join(folder, `cpu${index}/cpufreq/scaling_governor`), `${governor}\n`)
  }
  return folder
}

it("the governor of the processors' frequencies is named once, or all where they differ", () => {
  expect(frequencyGovernor(processors('powersave', 'powersave'))).toBe('powersave')
  expect(frequencyGovernor(processors('schedutil', 'performance'))).toBe('performance, schedutil')
})

it('it is not known where the system does not tell', () => {
  expect(frequencyGovernor(processors())).toBeUndefined()
  expect(frequencyGovernor('/nothing/here')).toBeUndefined()
})
