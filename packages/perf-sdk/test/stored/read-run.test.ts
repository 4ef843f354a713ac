import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { type Line, type LineOf, lineOfLoad, Observations, toStored } from '../../src/results/observations.js'
import { writeRun } from '../../src/results/run-file.js'
import { readRun } from '../../src/stored/read-run.js'
import { blockOf, planOf } from '../ab/blocks.js'
import { loadResult, measurementOf } from '../loads.js'

function newRun(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dapr-perf-stored-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

const head = { description: 'x', run: 'r', startedAt: new Date(0).toISOString(), seed: 's' }
const load = { connections: 16, payload: '', payloadSize: 0 }
const startOfRun = (name: string): LineOf<'run'> => ({
  kind: 'run',
  case: name,
  ...head,
  params: { qps: 100, arrivals: 'uniform', duration: '10s', ...load },
  apps: { testapp: true },
})
const startOfAb = (name: string): LineOf<'ab'> => ({
  kind: 'ab',
  case: name,
  ...head,
  params: { qps: 100, ...load },
  arrivals: 'uniform',
  sides: { a: { text: '1', source: 'cache' }, b: { text: '2', source: 'cache' } },
  differences: [],
})
const block = (number: number): LineOf<'block'> => ({
  kind: 'block',
  number,
  block: blockOf(1),
  loads: { a: [toStored(loadResult(1))], b: [toStored(loadResult(1))] },
  files: [`fortio/block-${number}.json`],
})
const loads = (ms: number): Line[] =>
  measurementOf({ baseline: [loadResult(1)], dapr: [loadResult(ms)] }).loads.map(lineOfLoad)

/** Records a case. @returns its folder */
async function record(run: string, start: LineOf<'run' | 'ab'>, ...lines: Line[]): Promise<string> {
  const folder = join(run, start.case)
  mkdirSync(folder)
  const observations = new Observations(folder, start)
  await observations.begin()
  for (const line of lines) await observations.add(line)
  return folder
}

it('of a comparison that was killed in block 4, the three blocks before are shown', async () => {
  const run = newRun()
  const plan: Line = { kind: 'plan', plan: planOf(8) }
  const folder = await record(run, startOfAb('x'), block(0), plan, block(1), block(2), block(3))
  appendFileSync(join(folder, 'observations.jsonl'), JSON.stringify(block(4)).slice(0, 500))
  expect(readRun(run).cases).toMatchObject([
    {
      folder,
      result: {
        case: 'x',
        outcome: 'error',
        error: expect.stringContaining('was killed, or is still running'),
        blocks: [block(1).block, block(2).block, block(3).block],
        trial: block(0).block,
        plan: planOf(8),
        endedAt: '2026-11-25T00:00:04.500Z',
      },
    },
  ])
})

it('of a run that was killed, the loads before are shown, and what was measured of each variant', async () => {
  const run = newRun()
  await record(run, startOfRun('x'), ...loads(3))
  const [stored] = readRun(run).cases
  expect(stored?.result).toMatchObject({
    outcome: 'error',
    loads: [{ variant: 'baseline' }, { variant: 'dapr' }],
    variants: { baseline: { mean: 1 }, dapr: { mean: 3, late: { count: 0 } } },
    comparisons: [],
  })
})

it('the cases have the order of the run, with those that were not started', async () => {
  const run = newRun()
  await writeRun(run, { run: 'r', command: 'run', cases: ['z', 'a', 'never', 'b'] })
  for (const name of ['a', 'b', 'z']) await record(run, startOfRun(name))
  const { cases, notStarted, problems } = readRun(run)
  expect(cases.map(({ result }) => result.case)).toEqual(['z', 'a', 'b'])
  expect({ notStarted, problems }).toEqual({ notStarted: ['never'], problems: [] })
})

it('a case that can not be read is one line with its file, and the others are shown', async () => {
  const run = newRun()
  const broken = await record(run, startOfRun('a'))
  writeFileSync(join(broken, 'result.json'), '{')
  const strange = await record(run, startOfRun('b'))
  writeFileSync(join(strange, 'observations.jsonl'), '{"kind":"of another version"}\n')
  await record(run, startOfRun('c'))
  const { cases, problems } = readRun(run)
  expect(cases.map(({ result }) => result.case)).toEqual(['c'])
  expect(problems).toEqual([
    expect.stringMatching(`^${join(broken, 'result.json')}: [^\n]+$`),
    expect.stringMatching(`^${join(strange, 'observations.jsonl')}: [^\n]+$`),
  ])
})

it('a run.json that can not be read is one line, too', async () => {
  const run = newRun()
  writeFileSync(join(run, 'run.json'), '[]')
  await record(run, startOfRun('c'))
  expect(readRun(run)).toMatchObject({
    cases: [{ result: { case: 'c' } }],
    problems: [expect.stringMatching(`^${join(run, 'run.json')}: [^\n]+$`)],
  })
})

it('a line that could not be written to its end does not cost those after it', async () => {
  const run = newRun()
  const folder = await record(run, startOfAb('x'), block(1))
  appendFileSync(join(folder, 'observations.jsonl'), '{"kind":"bl\n')
  appendFileSync(join(folder, 'observations.jsonl'), `${JSON.stringify(block(2))}\n`)
  expect(readRun(run).cases).toMatchObject([{ result: { blocks: [{}, {}] } }])
})

it('a folder without a run is refused, with what was expected', () => {
  const run = newRun()
  expect(() => readRun(run)).toThrow('expected the folder of a run')
  expect(() => readRun(join(run, 'none'))).toThrow('does not exist')
})
