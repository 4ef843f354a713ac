import { DaprPerfError, VariantError } from '@dapr-perf/errors'
import { expect, it } from 'vitest'
import type { BlockOptions } from '../../src/ab/running.js'
import { measureWholeTest } from '../../src/ab/whole-test.js'
import { type TestDescription, TestRunner } from '../../src/case/test-runner.js'
import { testapp, tester } from '../../src/description/apps.js'
import { Params } from '../../src/description/params.js'
import type { SidecarCounters } from '../../src/platforms/platform.js'
import { loadOf } from './load.js'

const { case: description } = new TestRunner({
  description: 'a case',
  apps: [testapp({ daprEnabled: true }), tester()],
  test: async () => ({
    measurement: { targets: { dapr: {} }, loads: [{ variant: 'dapr', result: loadOf(10) }], sent: {} },
    summaries: {},
    comparisons: [],
    checks: [],
  }),
} as unknown as TestDescription)

/** The error of a block in which the metrics of variant b can't be read at this time, counted from 1. */
async function failureAt(time: number): Promise<unknown> {
  const ended: string[] = []
  const start = async ({ variant: name }: { variant: string }) => {
    let times = 0
    const readCounters = async (): Promise<SidecarCounters> => {
      times++
      if (name === 'b' && times === time) throw new DaprPerfError("the metrics of a sidecar can't be read")
      return { cpuSource: 'metrics', cpuSeconds: times } as unknown as SidecarCounters
    }
    const end = async () => void ended.push(name)
    return { apps: [], untilReady: async () => {}, readCounters, [Symbol.asyncDispose]: end }
  }
  const variant = {
    side: { path: '/daprd' },
    settings: { configuration: {}, env: {}, args: {}, resources: [] },
  }
  const options = {
    session: { start },
    case: description,
    params: Params({}, {}),
    variants: { a: { name: 'a', ...variant }, b: { name: 'b', ...variant } },
    components: { a: [], b: [] },
    seed: 'seed',
    folder: '/x',
    report: () => {},
    signal: new AbortController().signal,
  } as unknown as BlockOptions
  const error = await measureWholeTest(1, options).catch((cause) => cause)
  expect(ended).toContain('b')
  return error
}

it.each([
  ['before', 1],
  ['after', 2],
])("a sidecar whose metrics can't be read %s its test is its variant's failure", async (_, time) => {
  const error = await failureAt(time)
  expect(error).toBeInstanceOf(VariantError)
  expect(error).toMatchObject({
    variant: 'b',
    message: "variant b: the metrics of a sidecar can't be read",
  })
})
