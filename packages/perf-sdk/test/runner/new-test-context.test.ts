import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { TestRunner } from '../../src/case/test-runner.js'
import { Params } from '../../src/description/params.js'
import { target } from '../../src/description/target.js'
import type { LoadOptions } from '../../src/load-engine/load-engine.js'
import type { RunningDeployment } from '../../src/platforms/platform.js'
import { fortioOf } from '../../src/runner/engine.js'
import { newTestContext } from '../../src/runner/new-test-context.js'
import { UndoList } from '../../src/runner/undo.js'
import { serve, testerAt } from '../local-server.js'

const testCase = new TestRunner({
  description: 'x',
  apps: [{ appName: 'tester', imageName: 'perf-tester', daprEnabled: true }],
  targets: { baseline: target.noop(), dapr: target.noop() },
}).case

/** What the tester is asked for by a case with a seed; it refuses all. */
async function asked(seed: string, options: Partial<LoadOptions>) {
  const bodies: Record<string, unknown>[] = []
  const { url } = await serve(async (request, response) => {
    bodies.push(JSON.parse(await text(request)))
    response.writeHead(400).end('no')
  })
  const test = newTestContext({
    session: { testerToken: '' },
    deployment: {
      apps: [testerAt(url)],
      componentName: (name: string) => name,
    } as unknown as RunningDeployment,
    case: testCase,
    params: Params({ arrivals: 'poisson' }, {}),
    seed,
    options: { folder: '', engineOf: fortioOf, report: () => {}, rounds: 1 },
    components: [],
    undo: new UndoList(),
    signal: new AbortController().signal,
  })
  await expect(test.load(target.noop(), { what: 'a load', seconds: 1, ...options })).rejects.toThrow('no')
  return bodies[0]
}

it("a load has the case's arrivals, or those that it is given", async () => {
  expect(await asked('x', {})).toMatchObject({ arrivals: 'poisson' })
  expect(await asked('x', { params: Params({ arrivals: 'uniform' }, {}) })).toMatchObject({
    arrivals: 'uniform',
  })
})

it("the loads of a round have one seed, which follows from the case's", async () => {
  const seedOf = async (seed: string, round?: number) =>
    (await asked(seed, round === undefined ? {} : { round }))?.seed
  const first = await seedOf('x', 1)
  expect(await seedOf('x', 1)).toBe(first)
  const others = [await seedOf('x'), await seedOf('x', 2), await seedOf('y', 1)]
  expect(new Set([first, ...others]).size).toBe(4)
})
