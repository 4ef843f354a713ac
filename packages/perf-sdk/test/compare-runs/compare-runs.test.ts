import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compareStored, type StoredCase } from '../../src/compare-runs/compare-runs.js'
import type { Result } from '../../src/results/schema.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dapr-perf-compare-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A load of so many requests, each of which took so many seconds. */
const fortioOf = (seconds: number, count = 1000) =>
  JSON.stringify({
    ActualQPS: 100,
    ActualDuration: 10e9,
    NumThreads: 1,
    Version: '1.16.1',
    DurationHistogram: {
      Count: count,
      Min: seconds,
      Max: seconds,
      Avg: seconds,
      Data: [{ Start: seconds, End: seconds, Count: count }],
    },
    RetCodes: { 200: count },
    ExtraConnections: { Opened: 0, SentAgain: 0 },
  })

/** A stored run with rounds of these times, in ms. */
function stored(name: string, times: Record<string, number[]>, more: Partial<Result> = {}): StoredCase {
  const own = join(folder, name)
  mkdirSync(own)
  const loads = Object.entries(times).flatMap(([variant, list]) =>
    list.map((ms, index) => {
      const file = `${variant}-${index + 1}.json`
      writeFileSync(join(own, file), fortioOf(ms / 1000))
      const sidecar = { cpuSeconds: variant === 'dapr' ? ms / 10 : 0 }
      return {
        variant,
        round: index + 1,
        engine: { name: 'fortio', version: '1.16.1' },
        targetRate: 100,
        connections: 1,
        usage: { tester: { app: { cpuSeconds: 1 }, sidecar } },
        file,
      }
    }),
  )
  const variants = Object.fromEntries(Object.keys(times).map((variant) => [variant, {}]))
  const params = { qps: 100, connections: 1, duration: '10s', payload: '', payloadSize: 0 }
  return { folder: own, result: { case: 'x', params, loads, variants, ...more } as unknown as Result }
}

it('each variant is compared, with the interval of the rounds of both runs', () => {
  const changes = compareStored(
    stored('one', { baseline: [1, 1.01], dapr: [2, 2.02] }),
    stored('two', { baseline: [1, 1.01], dapr: [3, 3.03] }),
  )
  const of = (figure: string, variant: string) =>
    changes.find((one) => one.figure === figure && one.variant === variant)
  expect(of('mean', 'dapr')).toMatchObject({
    before: expect.closeTo(2.01),
    after: expect.closeTo(3.015),
    change: expect.closeTo(0.5),
  })
  expect(of('mean', 'dapr')?.interval?.low).toBeGreaterThan(0.4)
  expect(of('p99', 'dapr')?.change).toBeCloseTo(0.5)
  expect(of('mean', 'baseline')?.change).toBeCloseTo(0)
  expect(of('CPU of all sidecars per request', 'dapr')?.change).toBeCloseTo(0.5)
  expect(of('CPU of all sidecars per request', 'baseline')).toBeUndefined()
})

it('a single round has no interval', () => {
  const [mean] = compareStored(stored('one', { dapr: [2] }), stored('two', { dapr: [3] }))
  expect(mean).toMatchObject({ change: expect.closeTo(0.5) })
  expect(mean).not.toHaveProperty('interval')
})

it('runs that differ in more than Dapr are refused, with what differs, unless asked for', () => {
  const one = stored('one', { dapr: [2, 2] })
  const other = stored('two', { dapr: [3, 3] }, { params: { ...one.result.params, qps: 7 } })
  expect(() => compareStored(one, other)).toThrow(InputError)
  expect(() => compareStored(one, other)).toThrow('the target rate: 100 and 7')
  expect(compareStored(one, other, { anyway: true })[0]?.change).toBeCloseTo(0.5)
})

const ranIn = (environment: object): Partial<Result> => ({
  environment: {
    dapr: { components: [] },
    programs: { apps: {} },
    ...environment,
  } as unknown as Result['environment'],
})

it('runs whose requests were due at other moments are not comparable', () => {
  const params = { qps: 100, connections: 1, duration: '10s', payload: '', payloadSize: 0 }
  const [one, other] = (['uniform', 'bursts'] as const).map((arrivals) =>
    stored(arrivals, { dapr: [1] }, { params: { ...params, arrivals } }),
  )
  expect(() => compareStored(one as StoredCase, other as StoredCase)).toThrow(
    'the arrivals: uniform and bursts',
  )
})

it.each<[string, object]>([
  ['the platform', { platform: 'kubernetes' }],
  [
    'the components, statestore.type: absent and state.redis',
    { dapr: { components: [{ name: 'statestore', type: 'state.redis' }] } },
  ],
  ['the processors', { host: { cores: 4, cpuModel: 'fast' } }],
  ['the program of the load generator', { programs: { apps: {}, fortio: { sha256: 'x' } } }],
  ['the apps', { programs: { apps: { tester: { node: '22' } } } }],
])('%s has to be the same', (what, environment) => {
  const [one, other] = [ranIn({}), ranIn(environment)]
  expect(() => compareStored(stored('one', { dapr: [1] }, one), stored('two', { dapr: [1] }, other))).toThrow(
    what,
  )
})

it('runs of two daprds are comparable', () => {
  const [one, two] = ['1.18.1', '1.18.2'].map((version) => {
    const programs = { apps: {}, daprd: { version, sha256: version } }
    return stored(version, { dapr: [1, 1] }, ranIn({ programs }))
  })
  expect(compareStored(one as StoredCase, two as StoredCase)[0]?.change).toBe(0)
})

it('a missing file of a load is named', () => {
  const one = stored('one', { dapr: [1] })
  rmSync(join(one.folder, 'dapr-1.json'))
  expect(() => compareStored(one, one)).toThrow(/dapr-1\.json: ENOENT/)
})

describe('the CPU of all sidecars', () => {
  type Usage = Result['loads'][number]['usage']
  const [app, sidecar] = [{ cpuSeconds: 1 }, { cpuSeconds: 0.2 }]
  const known: Usage = { caller: { app, sidecar }, callee: { app, sidecar } }

  /** A run with a round for each usage. */
  function runWith(name: string, usages: Usage[], more: Partial<Result> = {}): StoredCase {
    const run = stored(name, { dapr: usages.map(() => 1) }, more)
    for (const [index, load] of run.result.loads.entries()) load.usage = usages[index] ?? {}
    return run
  }
  const cpuOf = (one: StoredCase, other: StoredCase) =>
    compareStored(one, other, { anyway: true }).find(({ figure }) => figure.startsWith('CPU'))
  const unknown = { before: null, after: null }
  const appsOf = (apps: Record<string, boolean>) =>
    ranIn({
      dapr: {
        components: [],
        apps: Object.fromEntries(Object.entries(apps).map(([name, daprEnabled]) => [name, { daprEnabled }])),
      },
    })

  it.each<[string, Usage]>([
    ['one of two sidecars', { caller: { app }, callee: { app, sidecar } }],
    ['both', { caller: { app }, callee: { app } }],
    ['an app with its sidecar', { callee: { app, sidecar } }],
    ['everything', {}],
  ])('is not known where that of %s is not known in a round', (_, usage) => {
    expect(cpuOf(runWith('one', [known, known]), runWith('two', [known, usage]))).toMatchObject(unknown)
    expect(cpuOf(runWith('three', [usage, known]), runWith('four', [known, known]))).toMatchObject(unknown)
  })

  it('is not known where no load knows that of a sidecar that the case has', () => {
    const usage: Usage = { caller: { app }, callee: { app, sidecar } }
    const apps = appsOf({ caller: true, callee: true })
    expect(cpuOf(runWith('one', [usage], apps), runWith('two', [usage], apps))).toMatchObject(unknown)
  })

  it('is that of the sidecars that the case has: an app without one has none to know', () => {
    const usage: Usage = { caller: { app, sidecar }, callee: { app } }
    const apps = appsOf({ caller: true, callee: false })
    const [one, two] = [
      runWith('one', [usage], apps),
      runWith('two', [known], appsOf({ caller: true, callee: true })),
    ]
    expect(cpuOf(one, two)).toMatchObject({ before: expect.closeTo(200), after: expect.closeTo(400) })
  })

  it('is no figure of a case without sidecars', () => {
    const usage: Usage = { caller: { app } }
    expect(cpuOf(runWith('one', [usage]), runWith('two', [usage]))).toBeUndefined()
  })
})
