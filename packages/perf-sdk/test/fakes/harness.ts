import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InterruptedError } from '@dapr-perf/errors'
import { onTestFinished } from 'vitest'
import { type ComparisonOptions, compareSides } from '../../src/ab/ab.js'
import type { AbEnd } from '../../src/ab/ab-case.js'
import { defaultGate, type MetricName, metricNames } from '../../src/ab/metrics.js'
import { type TestDescription, TestRunner } from '../../src/case/test-runner.js'
import { testapp, tester } from '../../src/description/apps.js'
import { readParamOverrides } from '../../src/description/params.js'
import { target } from '../../src/description/target.js'
import type { RunEvent } from '../../src/model/event.js'
import { abResultSchema } from '../../src/results/ab-schema.js'
import { readObservations } from '../../src/results/observations.js'
import { resultSchema } from '../../src/results/schema.js'
import type { CaseEnd, Reporter } from '../../src/runner/reporter.js'
import { type RunOptions, run } from '../../src/runner/run.js'
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
    onEvent: (event) => void this.events.push(textOf(event)),
    onCaseEnd: ({ result }) => void this.events.push(`${result.case}: ${result.outcome}`),
    onRunEnd: (_, ends) => void this.events.push(`end of ${ends.length}`),
  }

  /** Runs cases as the command does. @returns their ends, and the exit code of the command */
  async run(
    cases: Record<string, Partial<TestDescription>> = { one: {} },
    options: Partial<RunOptions> = {},
  ): Promise<{ ends: CaseEnd[]; exitCode: number }> {
    const found = Object.entries(cases).map(([name, description]) => ({
      name,
      file: this.#caseFile(name, description),
    }))
    const ends = await run(found, {
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
    options: Partial<ComparisonOptions> = {},
  ): Promise<{ ends: AbEnd[]; exitCode: number; bisectCode: number }> {
    const side = { settings: { configuration: {}, env: {}, args: {}, resources: [] } }
    const loaded = Object.entries(cases).map(([name, description]) => ({
      name,
      file: join(this.results, name, 'case.ts'),
      case: caseOf(description).case,
    }))
    const sides = {
      a: { text: '1.18.1', source: 'release' as const, path: '/fake/a', sha256: 'a'.repeat(64) },
      b: { text: '1.18.2', source: 'release' as const, path: '/fake/b', sha256: 'b'.repeat(64) },
      differences: [],
    }
    const ends = await compareSides(loaded, sides, {
      platform: this.platform,
      engineOf: this.engine.engineOf,
      resultsFolder: this.results,
      a: side,
      b: side,
      params: readParamOverrides({}, {}),
      stateStore: 'in-memory',
      maxSeconds: 3600,
      blocks: 8,
      gate: defaultGate,
      minEffect: leastEffect(0.05),
      signal: this.signal,
      report: (event) => void this.events.push(textOf(event)),
      onCaseEnd: ({ result }) => void this.events.push(`${result.case}: ${result.outcome}`),
      ...options,
    })
    const { exitCodeOfError } = await import(join(exitCodesFolder, 'exit-codes.ts'))
    const { exitCodeOf, bisectExitCode } = await import(join(exitCodesFolder, 'ab/exit-code.ts'))
    const { aborted, reason } = this.signal
    const codeOf = (ofEnds: typeof exitCodeOf) => (aborted ? exitCodeOfError(reason) : ofEnds(ends))
    return { ends, exitCode: codeOf(exitCodeOf), bisectCode: codeOf(bisectExitCode) }
  }

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
  const what = event.what.replaceAll(/\d+\.\d s/g, '… s')
  return event.kind === 'progress' ? `${what} ${event.done} of ${event.total}` : what
}
