import { stripVTControlCharacters } from 'node:util'
import { type AbResult, answersFrom, type Block, metricNames } from 'perf-sdk/runner'
import { expect, it } from 'vitest'
import { abReport } from '../../src/ab/ab-report.js'

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
    gate: ['average', 'cpu'],
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

it('ends with a sentence that can be quoted: change, interval and verdict of each metric of the gate', () => {
  expect(report(comparison(1.1))).toMatch(
    /^average \+10\.0 % \(9\.\d to 10\.\d %\): slower; CPU per request \+10\.0 % \(9\.\d to 10\.\d %\): slower$/m,
  )
  expect(report(comparison(1.01))).toMatch(/^average \+1\.0 % \(.*\): slower, by less than 2 %;/m)
  expect(report(comparison(1, { outcome: 'not slower' }))).toMatch(
    /no difference of 2 % or more.*\nnot slower, results/,
  )
})

it("says what to try where it can't tell", () => {
  expect(report(comparison(1, { outcome: "can't tell" }))).toContain(
    "can't tell: try a longer --max-time or fewer --connections (docs/ab.md#what-limits-it), results in",
  )
})

it('shows the other metrics as well, marked as such, and what is not known', () => {
  const text = report(comparison(1.1))
  expect(text).toMatch(/^p50, ms +2\.000 +2\.200 +\+10\.0 % .* slower \(shown only\)$/m)
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
