import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InterruptedError } from '@dapr-perf/errors'
import { onTestFinished } from 'vitest'
import { type BlocksOptions, inBlocks } from '../../src/ab/blocks.js'
import { defaultGate, type MetricName, metricNames } from '../../src/ab/metrics.js'
import { type TestDescription, TestRunner } from '../../src/case/test-runner.js'
import { testapp, tester } from '../../src/description/apps.js'
import { readParamOverrides } from '../../src/description/params.js'
import { target } from '../../src/description/target.js'
import { nameOfLoad, type RunEvent } from '../../src/model/event.js'
import { type AbResult, abResultSchema } from '../../src/results/ab-schema.js'
import { readObservations } from '../../src/results/observations.js'
import { type Result, resultSchema } from '../../src/results/schema.js'
import type { RunCasesOptions } from '../../src/runner/plan.js'
import type { CaseEnd, Reporter } from '../../src/runner/reporter.js'
import { type RunOptions, run } from '../../src/runner/run.js'
import { runCases } from '../../src/runner/run-cases.js'
import { FakeEngine } from './fake-engine.js'
import { FakePlatform } from './fake-platform.js'

const exitCodesFolder = join(import.meta.dirname, '../../../cli/src')

/** The cases of files that were written by tests, by path: their functions can't be written. */
const casesOfTests = new Map<string, TestRunner>()
Object.assign(globalThis, { casesOfTests })

/** A folder for one test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dapr-perf-fakes-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Both fakes, and the signal that a user gives with Ctrl+C. */
export class World {
  readonly platform: FakePlatform
  readonly engine: FakeEngine
  /** Folder of all results. */
  readonly results = temporaryFolder()
  readonly events: string[] = []
  /** The same of what goes on within blocks. */
  readonly ofBlocks: string[] = []
  readonly #controller = new AbortController()
  readonly signal = this.#controller.signal
  /** By the name of the case. */
  readonly folders = new Map<string, string>()

  constructor(
    platform: ConstructorParameters<typeof FakePlatform>[0] = {},
    engine: ConstructorParameters<typeof FakeEngine>[1] = {},
  ) {
    this.platform = new FakePlatform(platform)
    this.engine = new FakeEngine(this.platform, engine)
  }

  readonly interrupt = () => this.#controller.abort(new InterruptedError('interrupted by SIGINT'))

  /** Of the newest run. */
  folderOf = (name = 'one') => join(this.results, 'latest', name)

  /** The kinds of the lines that are stored now. */
  stored(name?: string): string[] {
    const file = join(this.folderOf(name), 'observations.jsonl')
    return readObservations(file).map((line) => (line.kind === 'block' ? `block ${line.number}` : line.kind))
  }

  /** The stored result, which has to be what the schema says. */
  resultOf(name?: string) {
    return resultSchema.parse(readJson(join(this.folderOf(name), 'result.json')))
  }

  abResultOf(name?: string) {
    return abResultSchema.parse(readJson(join(this.folderOf(name), 'result.json')))
  }

  runFile = () => readJson(join(this.results, 'latest', 'run.json'))

  /** Lets all further writes of a file fail as on a disk that is full. */
  fillDiskOf(file: string): void {
    const path = join(this.folderOf(), file)
    mkdirSync(join(path, '..'), { recursive: true })
    rmSync(path, { force: true })
    symlinkSync('/dev/full', path)
  }

  /** Adds to `events` what a user is told. */
  readonly reporter: Reporter = {
    onRunStart: ({ cases }) => void this.events.push(`run of ${cases.join(', ')}`),
    onEvent: (event) => void (event.block === undefined ? this.events : this.ofBlocks).push(textOf(event)),
    onCaseEnd: ({ result }) => void this.events.push(`${result.case}: ${result.outcome}`),
    onRunEnd: (_, ends) => void this.events.push(`end of ${ends.length}`),
  }

  /** Runs cases as the command does. @returns their ends, and the exit code of the command */
  async run(
    cases: Record<string, Partial<TestDescription>> = { one: {} },
    options: Partial<RunOptions> = {},
  ): Promise<{ ends: CaseEnd<Result>[]; exitCode: number }> {
    const ends = await run(this.#found(cases), {
      platform: this.platform,
      engineOf: this.engine.engineOf,
      resultsFolder: this.results,
      params: readParamOverrides({}, {}),
      stateStore: 'in-memory',
      rounds: 2,
      enforceBudget: false,
      reporters: [this.reporter],
      signal: this.signal,
      ...options,
    })
    const { exitCodeOfError, exitCodeOfRun } = await import(join(exitCodesFolder, 'exit-codes.ts'))
    const { aborted, reason } = this.signal
    return { ends, exitCode: aborted ? exitCodeOfError(reason) : exitCodeOfRun(ends) }
  }

  /** Compares two sides, as the command does once they are built. */
  async compare(
    cases: Record<string, Partial<TestDescription>> = { one: {} },
    options: Partial<BlocksOptions & RunCasesOptions> = {},
  ): Promise<{ ends: CaseEnd<AbResult>[]; exitCode: number; bisectCode: number }> {
    const settings = { configuration: {}, env: {}, args: {}, resources: [] }
    const sides = {
      a: { text: '1.18.1', source: 'release' as const, path: '/fake/a', sha256: 'a'.repeat(64) },
      b: { text: '1.18.2', source: 'release' as const, path: '/fake/b', sha256: 'b'.repeat(64) },
      differences: [],
    }
    const given = {
      platform: this.platform,
      engineOf: this.engine.engineOf,
      resultsFolder: this.results,
      a: { given: { label: '--a' as const, text: '1.18.1' }, settings },
      b: { given: { label: '--b' as const, text: '1.18.2' }, settings },
      params: readParamOverrides({}, {}),
      stateStore: 'in-memory' as const,
      maxSeconds: 3600,
      blocks: 8,
      gate: defaultGate,
      minEffect: leastEffect(0.05),
      reporters: [this.reporter],
      signal: this.signal,
      ...options,
    }
    const plan = inBlocks({ ...given, platform: this.platform }, async () => sides)
    const ends = await runCases(this.#found(cases), plan, given)
    const { exitCodeOfError } = await import(join(exitCodesFolder, 'exit-codes.ts'))
    const { exitCodeOf, bisectExitCode } = await import(join(exitCodesFolder, 'ab/exit-code.ts'))
    const { aborted, reason } = this.signal
    const codeOf = (ofEnds: typeof exitCodeOf) => (aborted ? exitCodeOfError(reason) : ofEnds(ends))
    return { ends, exitCode: codeOf(exitCodeOf), bisectCode: codeOf(bisectExitCode) }
  }

  #found = (cases: Record<string, Partial<TestDescription>>) =>
    Object.entries(cases).map(([name, description]) => ({ name, file: this.#caseFile(name, description) }))

  /** A file that exports the case: only a loaded file can be run. */
  #caseFile(name: string, description: Partial<TestDescription>): string {
    const file = join(this.results, '.cases', name, 'case.mjs')
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, `export default globalThis.casesOfTests.get(${JSON.stringify(file)})\n`)
    casesOfTests.set(file, caseOf(description))
    return file
  }
}

/** A case with 100 requests a second for 2 s, of an app and of the same app through Dapr. */
function caseOf(description: Partial<TestDescription>): TestRunner {
  return new TestRunner({
    description: 'a case',
    apps: [testapp({ daprEnabled: true }), tester()],
    params: { qps: 100, connections: 2, duration: '2s', arrivals: 'uniform' },
    ...(!('test' in description) && {
      targets: { baseline: target.app('testapp', 'test'), dapr: target.invoke('testapp', 'test') },
    }),
    ...description,
  } as TestDescription)
}

/** The least change of every metric that matters; 0.05 is 5 %. */
export const leastEffect = (share: number) =>
  Object.fromEntries(metricNames.map((name) => [name, share])) as Record<MetricName, number>

export const hasFullDisk = existsSync('/dev/full')

const readJson = (file: string) => JSON.parse(readFileSync(file, 'utf8'))

/** What a user reads of an event, without its times. */
function textOf(event: RunEvent): string {
  if (event.kind === 'blocks') return `${event.case}: blocks ${event.done} of ${event.total}`
  const text = event.kind === 'load' ? nameOfLoad(event) : event.what.replaceAll(/\d+\.\d s/g, '… s')
  if (event.block === undefined) return text
  const variant = event.variant === undefined ? '' : `${event.variant}: `
  return `block ${event.block}: ${variant}${text}`
}
