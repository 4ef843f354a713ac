import { stripVTControlCharacters } from 'node:util'
import { type AbResult, answersFrom, type Block, metricNames } from 'perf-sdk/runner'
import { expect, it } from 'vitest'
import { abReport } from '../../src/reports/ab-report.js'

const side = {
  text: '1.18.2',
  path: '/d',
  version: '1.18.2',
  source: 'release',
  sha256: 'x',
  goVersion: 'go1.26.5',
}

/** A comparison of eight blocks, in which B needs so many times as much of everything. */
function comparison(ratio: number, more: Partial<AbResult> = {}): AbResult {
  const blocks = Array.from({ length: 8 }, (_, index) => blockOf(ratio * (index % 2 === 0 ? 1.002 : 0.998)))
  const plan = {
    blockSeconds: 4.5,
    blocks: 8,
    alpha: 0.05,
    gate: ['p50', 'cpu'],
    minEffect: Object.fromEntries(metricNames.map((name) => [name, 0.02])),
  }
  const result: AbResult = {
    kind: 'ab',
    schemaVersion: 1,
    case: 'state_get_http',
    description: 'getting a key',
    run: 'r',
    startedAt: '',
    endedAt: '',
    outcome: 'slower',
    params: { qps: 1000, connections: 16, payload: '', payloadSize: 1024 },
    arrivals: 'bursts',
    seed: 's',
    sides: {
      a: side,
      b: { ...side, text: '~/dapr', source: 'go build', commit: 'abcdef0123456789', dirty: true },
    },
    differences: ['A is a release'],
    plan,
    blocks,
    end: 'blocks',
    answers: {},
    ...more,
  }
  return { ...result, answers: answersFrom(result) }
}

function blockOf(ratio: number): Block {
  const one = (times: number) => ({
    requests: 1000,
    achievedRate: 500,
    outcomes: [],
    mean: 2 * times,
    p50: 2 * times,
    p90: 3 * times,
    p99: null,
    cpuSeconds: 0.5 * times,
    allocations: 1e5 * times,
    allocatedBytes: 1e7 * times,
    anonymousBytes: 2 ** 25 * times,
    involuntarySwitches: 100,
  })
  return {
    startedAt: '',
    seconds: 4.5,
    startedFirst: 'a',
    loadedFirst: 'a',
    slices: 188,
    sliceSeconds: 0.016,
    loadAverage: 1,
    cpuSource: 'schedstat',
    interference: [],
    variants: { a: one(1), b: one(ratio) },
  }
}

const report = (result: AbResult) => stripVTControlCharacters(abReport(result, '/results/x'))

it('says what A and B are, and what else differs', () => {
  const text = report(comparison(1.1))
  expect(text).toContain('A  daprd 1.18.2 (release, go1.26.5)\n')
  expect(text).toContain('B  ~/dapr: daprd 1.18.2 (go build, commit abcdef012345 with changes, go1.26.5)\n')
  expect(text).toContain('! A is a release\n')
  expect(text).toContain('8 of 8 blocks of 4.5 s: all blocks are measured\n')
})

it('says what a checkout was built with besides its own commit', () => {
  const { sides, ...rest } = comparison(1)
  const localModules = [
    { path: 'github.com/dapr/kit', folder: '/src/kit', commit: '0123456789abcdef', dirty: true },
    { path: 'example.com/plain', folder: '/src/plain' },
  ]
  const b = { ...sides.b, workspace: '/src/go.work', localModules }
  expect(report({ ...rest, sides: { a: { ...sides.a, vendor: true }, b } })).toMatch(
    /^A {2}daprd 1\.18\.2 \(release, dependencies from its vendor folder, go1\.26\.5\)$\nB .*, workspace \/src\/go\.work, github\.com\/dapr\/kit in \/src\/kit commit 0123456789ab with changes, example\.com\/plain in \/src\/plain, go1\.26\.5\)$/m,
  )
})

it('ends with a sentence that can be quoted: change, interval and verdict of each metric of the gate', () => {
  expect(report(comparison(1.1))).toMatch(
    /^p50 \+10\.0 % \(9\.\d to 10\.\d %\): slower; CPU per request \+10\.0 % \(9\.\d to 10\.\d %\): slower$/m,
  )
  expect(report(comparison(1.01))).toMatch(/^p50 \+1\.0 % \(.*\): slower, by less than 2 %;/m)
  expect(report(comparison(1, { outcome: 'not slower' }))).toMatch(
    /no difference of 2 % or more.*\nnot slower, results/,
  )
})

it("says what to try where it can't tell", () => {
  const text = (arrivals: NonNullable<AbResult['arrivals']>) =>
    report(comparison(1, { outcome: "can't tell", arrivals }))
  expect(text('bursts')).toContain(
    "can't tell: try a longer --max-time or --arrivals uniform (docs/ab.md#what-limits-it), results in",
  )
  expect(text('uniform')).toContain("can't tell: try a longer --max-time (docs/ab.md#what-limits-it)")
})

it("names the CPU that a variant's sidecars did not use themselves", () => {
  const result = comparison(1.1)
  const blocks = result.blocks.map((block) => {
    const { a, b } = block.variants
    return { ...block, variants: { a: { ...a, ownCpuSeconds: 0.49 }, b: { ...b, ownCpuSeconds: 0.3 } } }
  })
  const text = report({ ...result, blocks })
  expect(text).toMatch(
    /^! The processes of B's sidecars used \S+ ms of CPU per request, daprd itself \S+ ms/m,
  )
  expect(text).not.toContain("A's sidecars")
  expect(report(result)).not.toContain('daprd itself')
})

it('shows the other metrics as well, marked as such, and what is not known', () => {
  const text = report(comparison(1.1))
  expect(text).toMatch(/^average, ms +2\.000 +2\.200 +\+10\.0 % .* slower \(shown only\)$/m)
  expect(text).toMatch(/^allocations per request .* more \(shown only\)$/m)
  expect(text).toMatch(/^p99, ms +\? +\? +not known$/m)
  expect(text).toMatch(/^involuntary context switches of a block +100 +100$/m)
})

it('says which blocks may have been disturbed', () => {
  const disturbed = comparison(1)
  disturbed.blocks[2] = { ...blockOf(1), interference: ['steal time 5.0 %'] }
  expect(report(disturbed)).toContain(
    '! 1 of 8 blocks may have been disturbed, and count like all others (block 3: steal time 5.0 %)',
  )
})

it('says that there is no answer before the first look, and why it ended', () => {
  const text = report(comparison(1, { blocks: [blockOf(1)], outcome: 'interrupted', end: 'interrupted' }))
  expect(text).toContain('1 of 8 blocks of 4.5 s: interrupted')
  expect(text).toContain('no answer yet after 1 blocks')
  const failed = comparison(1, { blocks: [], outcome: 'error', error: 'variant b: it ended' })
  expect(report(failed)).toContain('error: variant b: it ended\nerror, results in')
})

/** A comparison whose blocks are changed. */
function changed(change: (block: Block) => Partial<Block>): AbResult {
  const blocks = comparison(1).blocks.map((block) => ({ ...block, ...change(block) }))
  return comparison(1, { blocks, outcome: 'not slower' })
}

/** A comparison whose variants took so many of 1000 requests that were due in each block. */
const taking = (a: number, b: number) =>
  changed(({ variants }) => ({
    variants: {
      a: { ...variants.a, due: 1000, sentInTime: a, latePercent: 0 },
      b: { ...variants.b, due: 1000, sentInTime: b, latePercent: 12.5 },
    },
  }))

it('shows how much of the rate each variant took, and how much of it was late, once for all blocks', () => {
  const text = report(taking(1000, 930))
  expect(text).toMatch(/^requests sent late +0\.00 % +12\.5 %$/m)
  expect(text).toMatch(/^taken of the rate +100 % +93 %$/m)
  expect(text).not.toContain('disturbed')
})

it('says beside the verdict what each variant took of the rate, where one took less than 99 %', () => {
  expect(report(taking(1000, 930))).toMatch(/^p50 .*; CPU .*; A took 100 %, B 93 % of the rate$/m)
  expect(report(taking(989, 1000))).toMatch(/; A took 98\.9 %, B 100 % of the rate$/m)
  expect(report(taking(990, 1000))).not.toContain(' took ')
})

it('shows neither arrivals, nor late sends, nor a share of the rate where there is no target rate', () => {
  const { arrivals, ...unrated } = comparison(1)
  const text = report({ ...unrated, params: { ...unrated.params, qps: 0 } })
  expect(text).toContain('no rate limit, over 16 connections of each, payload')
  expect(text).not.toMatch(new RegExp(`${arrivals}|sent late|of the rate`))
})

it('shows the arrivals beside the rate', () => {
  expect(report(comparison(1, { arrivals: 'poisson' }))).toContain(
    '1000 qps of both together, poisson, over 16 connections of each, payload of 1024 B',
  )
})

/** A comparison on a machine of 2 cores, which were busy, and busy with other processes, for so many of 6 s in each block. */
const onMachine = (busySeconds: number, othersSeconds: number) =>
  changed(() => ({
    machine: { cores: 2, seconds: 3, busySeconds, busyShare: busySeconds / 6, othersSeconds },
  }))

it('says once under the table that the machine was nearly saturated, and what other processes used of it', () => {
  const text = report(onMachine(5.7, 3))
  expect(text.match(/the machine was 95 % busy: nearly saturated/g)).toHaveLength(1)
  expect(text).toContain('! other processes used 1.0 of 2 cores')
})

it('says nothing of a machine that was neither, or that is not known', () => {
  for (const result of [onMachine(3, 0.1), comparison(1)])
    expect(report(result)).not.toMatch(/the machine was|other processes/)
})

it("shows the flags of a side, and what the cluster's admission added to its pods, once where it is the same", () => {
  const dapr = { mtls: true, apiLogging: false, metrics: true, tracing: false, nameResolution: 'kubernetes' }
  const ranWith = (admission?: Record<string, string[]>) => ({
    ...side,
    environment: {
      platform: 'kubernetes' as const,
      programs: { apps: {} },
      cluster: { kubernetes: 'v1', context: 'c', namespace: 'n', nodes: [], ...(admission && { admission }) },
      dapr: { ...dapr, configuration: {}, components: [] },
    },
  })
  const reportWith = (a: AbResult['sides']['a'], b: AbResult['sides']['b']) =>
    report(comparison(1, { sides: { a, b } }))
  const mesh = ranWith({ testapp: ['container istio-proxy'] })
  const same = reportWith(mesh, { ...mesh, args: { 'app-max-concurrency': '10' } })
  expect(same).toMatch(/^B .*, --app-max-concurrency=10$/m)
  expect(same.match(/^! the cluster's admission .*: testapp: container istio-proxy$/gm)).toHaveLength(1)
  const one = reportWith(ranWith(), mesh)
  expect(one.match(/^! .*admission.*$/gm)).toEqual([
    expect.stringMatching(/^! B: the cluster's admission .*: testapp: container istio-proxy$/),
  ])
})
