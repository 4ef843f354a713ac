import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import { expect, it, onTestFinished } from 'vitest'
import { answersFrom } from '../../src/ab/answers.js'
import { compareStored } from '../../src/compare-runs/compare-runs.js'
import { parseStoredHistogram } from '../../src/load-engine/fortio/fortio-result.js'
import type { AbResult } from '../../src/results/ab-schema.js'
import { readResultFile } from '../../src/results/read-result.js'
import type { Result } from '../../src/results/schema.js'
import { gateOutcome } from '../../src/statistics/gate.js'
import { type CaseOfRun, readRun } from '../../src/stored/read-run.js'

const earlier = join(import.meta.dirname, '../fixtures/results-b8d7776')
const outcomes = {
  'run-passed': 'passed',
  'run-passed-again': 'passed',
  'run-passed-kubernetes': 'passed',
  'run-passed-unlimited': 'passed',
  'run-failed-budget': 'failed',
  'run-failed-late': 'failed',
  'run-error-at-first': 'error',
  'run-error-later': 'error',
  'run-interrupted': 'interrupted',
  'ab-slower': 'slower',
  'ab-not-slower': 'not slower',
  'ab-not-slower-kubernetes': 'not slower',
  'ab-cant-tell': "can't tell",
  'ab-error': 'error',
  'ab-interrupted': 'interrupted',
}
type Name = keyof typeof outcomes

/** The only case of an earlier run. */
const caseOf = (name: Name) => readRun(join(earlier, name)).cases[0] as CaseOfRun
const runOf = (name: Name) => caseOf(name) as CaseOfRun<Result>
const fileOf = (name: Name) => join(caseOf(name).folder, 'result.json')

// biome-ignore lint/suspicious/noExplicitAny: tests break whatever field they like
type Written = any
const asWritten = (name: Name): Written => JSON.parse(readFileSync(fileOf(name), 'utf8'))

/** Keeps a value as a result.json. @returns the path of the file */
function stored(value: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'dapr-perf-read-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'result.json')
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value))
  return file
}

/** The error of reading a file, which names it in one line. */
function reasonOf(file: string): string {
  try {
    readResultFile(file)
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    const { message } = error as Error
    expect(message.startsWith(`${file}: `), message).toBe(true)
    expect(message).not.toContain('\n')
    return message.slice(file.length + 2)
  }
  throw new Error(`${file} was read`)
}

it('every result of the earlier version is among those that are read here', () => {
  const folders = readdirSync(earlier).filter((name) => name !== 'README.md')
  expect(folders.sort()).toEqual(Object.keys(outcomes).sort())
})

it.each(Object.entries(outcomes))('%s of an earlier version is read, with its outcome', (name, outcome) => {
  const { cases, problems } = readRun(join(earlier, name))
  expect(problems).toEqual([])
  expect(cases.map(({ result }) => result.outcome)).toEqual([outcome])
})

it('a run of version 2 keeps its figures, checks and environment', () => {
  const { result } = runOf('run-passed')
  const written = asWritten('run-passed')
  expect(written.schemaVersion).toBe(2)
  expect(result).toMatchObject({
    schemaVersion: 3,
    params: written.params,
    environment: written.environment,
    checks: written.checks,
    budget: written.budget,
  })
  for (const [name, { percentiles, mean, max, requests, achievedRate }] of Object.entries(result.variants))
    expect(written.variants[name]).toMatchObject({ percentiles, mean, max, requests, achievedRate })
  expect(written.comparisons).toMatchObject(result.comparisons)
  expect(result.loads.map(({ usage }) => usage)).toEqual(written.loads.map(({ usage }: Written) => usage))
})

it('what a run of version 2 does not know is absent', () => {
  const { result } = runOf('run-passed')
  expect(result.seed).toBeUndefined()
  expect(result.params.arrivals).toBeUndefined()
  expect(result.comparisons[0]?.baselineHasSidecar).toBeUndefined()
  const unknown = ['arrivals', 'due', 'sentInTime', 'late', 'generatorDelay', 'extraConnections', 'machine']
  for (const one of [...result.loads, ...Object.values(result.variants)])
    expect(Object.keys(one).filter((key) => unknown.includes(key))).toEqual([])
})

it('late sends of version 2 are counted from the percentages of the loads, not from the largest one', () => {
  const { loads, variants } = runOf('run-failed-late').result
  expect(loads.map(({ variant, late }) => [variant, late?.count])).toEqual([
    ['baseline', 166],
    ['dapr', 1088],
    ['dapr', 1426],
    ['baseline', 90],
  ])
  expect(variants.baseline?.late).toEqual({
    count: 256,
    percent: expect.closeTo((256 / 5997) * 100, 9),
    worstMs: 14.508502,
  })
})

it('late sends of a variant are absent where those of one of its loads are not known', () => {
  const written = asWritten('run-failed-late')
  delete written.loads[0].late.percent
  const { loads, variants } = readResultFile(stored(written)) as Result
  expect([loads[0]?.late, variants.baseline?.late]).toEqual([undefined, undefined])
  expect(variants.dapr?.late?.count).toBe(2514)
})

it.each(['ab-slower', 'ab-not-slower', 'ab-cant-tell'] as const)(
  '%s of an earlier version has the answers and the outcome that follow from its blocks',
  (name) => {
    const result = caseOf(name).result as AbResult
    const answers = answersFrom(result)
    expect(JSON.parse(JSON.stringify(answers))).toEqual(asWritten(name).answers)
    const ofGate = Object.entries(answers).flatMap(([metric, answer]) =>
      result.plan?.gate.includes(metric) ? answer : [],
    )
    expect(gateOutcome(ofGate)).toBe(result.outcome)
  },
)

it('two runs of an earlier version are compared by the loads that fortio itself made', () => {
  const changes = compareStored(runOf('run-passed'), runOf('run-passed-again'))
  expect(changes.map(({ figure, variant }) => `${variant}: ${figure}`)).toEqual([
    'baseline: mean',
    'dapr: mean',
    'baseline: p50',
    'dapr: p50',
    'baseline: p90',
    'dapr: p90',
    'baseline: p99',
    'dapr: p99',
    'dapr: CPU of all sidecars per request',
  ])
  const ofVariant = (name: Name) => runOf(name).result.variants.dapr?.mean
  const mean = changes.find(({ figure, variant }) => figure === 'mean' && variant === 'dapr')
  expect(mean?.before).toBeCloseTo(ofVariant('run-passed') as number, 3)
  expect(mean?.after).toBeCloseTo(ofVariant('run-passed-again') as number, 3)
  expect(mean?.interval).toBeDefined()
})

it('a load that fortio itself made is read within its least and its longest time', () => {
  const { folder, result } = runOf('run-passed')
  const text = readFileSync(join(folder, result.loads[0]?.file as string), 'utf8')
  const { DurationHistogram, ...load } = JSON.parse(text)
  const beyond = { Count: 1, Min: 2, Max: 3, Avg: 2.5, Data: [{ Start: 1, End: 4, Count: 1 }] }
  expect(parseStoredHistogram(text).count).toBe(DurationHistogram.Count)
  const bucketsOf = (more: object) =>
    parseStoredHistogram(JSON.stringify({ ...load, DurationHistogram: beyond, ...more })).buckets
  expect(bucketsOf({})).toEqual([{ start: 2000, end: 3000, count: 1 }])
  expect(bucketsOf({ ExtraConnections: { Opened: 0, SentAgain: 0 } })).toEqual([
    { start: 1000, end: 4000, count: 1 },
  ])
})

/** Puts a value in place of the field, or takes it away. */
function breakField(written: Written, path: string, value: unknown): void {
  const names = path.split('.')
  const last = names.pop() as string
  const parent = names.reduce((object, name) => object[name], written)
  if (value === undefined) delete parent[last]
  else parent[last] = value
}

it.each([
  ['run-passed', 'params.qps', 'many'],
  ['run-passed', 'outcome', 'fine'],
  ['run-passed', 'loads.1.late.worstMs', null],
  ['run-error-later', 'loads.0.outcomes.0.count', 0.5],
  ['run-passed', 'variants.dapr.mean', undefined],
  ['run-interrupted', 'variants', undefined],
  ['run-passed', 'schemaVersion', 4],
  ['ab-slower', 'blocks.3.variants.b.cpuSeconds', undefined],
  ['ab-slower', 'schemaVersion', 0],
] as const)('%s with a broken %s is refused in one line that names it', (name, field, value) => {
  const written = asWritten(name)
  breakField(written, field, value)
  expect(reasonOf(stored(written))).toMatch(new RegExp(`^${field}: `))
})

it.each(['', '{', 'null', '[]', '"text"'])('a file that holds %j is refused in one line', (text) => {
  expect(reasonOf(stored(text))).not.toBe('')
})

it('a folder in place of the file is refused in one line', () => {
  const file = stored('')
  rmSync(file)
  mkdirSync(file)
  expect(reasonOf(file)).toContain('EISDIR')
})
