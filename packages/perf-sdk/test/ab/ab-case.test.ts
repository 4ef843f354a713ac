import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DaprPerfError } from '@dapr-perf/errors'
import { expect, it, onTestFinished } from 'vitest'
import { type AbCaseOptions, abCase } from '../../src/ab/ab-case.js'
import { TestRunner } from '../../src/case/test-runner.js'
import { testapp, tester } from '../../src/description/apps.js'
import { type ParamOptions, readParamOverrides } from '../../src/description/params.js'
import { target } from '../../src/description/target.js'
import { abResultSchema } from '../../src/results/ab-schema.js'

/** The result of a comparison that can't begin. */
async function resultWith(flags: ParamOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'dapr-perf-ab-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const { case: description } = new TestRunner({
    description: 'a case',
    apps: [testapp({ daprEnabled: true }), tester()],
    params: { qps: 100, arrivals: 'uniform' },
    targets: { baseline: target.noop(), dapr: target.invoke('testapp', 'test') },
  })
  const variant = {
    side: { text: '1.18.2', source: 'cache' },
    settings: { configuration: {}, env: {}, components: [] },
  }
  const options = {
    platform: {
      openForVariants: async () => {
        throw new DaprPerfError('no platform')
      },
    },
    folder,
    runId: 'r',
    variants: { a: { name: 'a', ...variant }, b: { name: 'b', ...variant } },
    differences: [],
    params: readParamOverrides({}, flags),
    signal: new AbortController().signal,
    report: () => {},
  }
  const { result } = await abCase(
    { name: 'x', file: join(folder, 'case.ts'), case: description },
    options as unknown as AbCaseOptions,
  )
  return abResultSchema.parse(JSON.parse(JSON.stringify(result)))
}

it("the result has the arrivals of the case's load, or those that override them, beside its other parameters", async () => {
  const ofCase = await resultWith({})
  expect(ofCase.arrivals).toBe('uniform')
  expect(ofCase.params).not.toHaveProperty('arrivals')
  expect((await resultWith({ arrivals: 'poisson' })).arrivals).toBe('poisson')
})

it('it has none without a target rate, where nothing is due', async () => {
  expect(await resultWith({ qps: 0 })).not.toHaveProperty('arrivals')
})
