import { join, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { type Command, InvalidArgumentError } from 'commander'
import { closest } from 'fastest-levenshtein'
import {
  createPlatform,
  type FoundCase,
  findCases,
  InputError,
  loadCase,
  makeResultsFolder,
  newRunId,
  type ParamOptions,
  type Params,
  type PlatformName,
  parseParam,
  parseStateStoreKind,
  pointLatestTo,
  type ReportProgress,
  type Result,
  type StateStoreKind,
  writeResultsFile,
} from 'perf-sdk'
import { exitCodes } from '../exit-codes.js'
import { addPlatformOption, type PlatformFlag, platformOf } from '../platform.js'
import { ProgressDisplay } from './progress-display.js'
import { type Outcome, runReport } from './run-report.js'
import { SignalHandler } from './signal-handler.js'

interface Flags extends ParamOptions, PlatformFlag {
  all?: boolean
  stateStore?: StateStoreKind
  rounds: number
  out?: string
  enforceBudget?: boolean
}

export function addRunCommand(program: Command): void {
  const command = program
    .command('run')
    .description('run cases and show what Dapr adds')
    .argument('[case...]', 'the cases to run, one after the other; `dapr-perf list` shows them')
    .option('--all', 'run every case')
    .option('--qps <n>', 'requests per second; 0 is as fast as it goes', param('qps', '--qps'))
    .option('--connections <n>', 'connections that send side by side', param('connections', '--connections'))
    .option(
      '--duration <time>',
      'how long each side is loaded: 10s, 1m, 1m30s',
      param('duration', '--duration'),
    )
    .option(
      '--payload-size <bytes>',
      "size of each request's random body",
      param('payloadSize', '--payload-size'),
    )
    .option(
      '--rounds <n>',
      'baseline and Dapr in turn, in so many rounds of the same total time',
      parseRounds,
      1,
    )
    .option(
      '--state-store <kind>',
      'what the cases about state run on: in-memory, or redis (or DAPR_PERF_STATE_STORE)',
      (text) => parseStateStoreKind(text, '--state-store'),
    )
    .option('--out <folder>', 'folder for the results (default: results, beside tests)')
    .option(
      '--enforce-budget',
      "let a case's budget decide over the exit code (or DAPR_PERF_ENFORCE_BUDGET=1)",
    )
    .addHelpText(
      'after',
      '\nThese options override DAPR_PERF_QPS and the like, which override what the case asks for.',
    )
    .action(runCases)
  addPlatformOption(command)
}

async function runCases(names: string[], flags: Flags): Promise<void> {
  const { root, cases } = findCases(process.cwd())
  const chosen = chooseCases(names, flags.all ?? false, cases)
  const stateStore = flags.stateStore ?? stateStoreOfEnvironment()
  const platform = platformOf(flags)
  const enforceBudget = flags.enforceBudget ?? isSet('DAPR_PERF_ENFORCE_BUDGET')
  const resultsFolder = resolve(flags.out ?? join(root, 'results'))
  const runId = newRunId()
  const runFolder = join(resultsFolder, runId)
  const outcomes: Outcome[] = []
  {
    using display = new ProgressDisplay()
    using signals = new SignalHandler(display.report)
    await makeResultsFolder(runFolder)
    await pointLatestTo(resultsFolder, runId)
    let askedAt = 0 // for the first case: when this process started
    for (const found of chosen) {
      const place = {
        runId,
        folder: join(runFolder, found.name),
        platform,
        askedAt,
        enforceBudget,
        stateStore,
        signal: signals.signal,
        report: display.report,
      }
      try {
        outcomes.push({ name: found.name, result: await runCase(found, flags, place) })
      } catch (error) {
        if (chosen.length === 1 || signals.signal.aborted) throw error
        outcomes.push({ name: found.name, error: error as Error })
      }
      askedAt = performance.now()
    }
  }
  const text = runReport(outcomes, runFolder)
  await writeResultsFile(join(runFolder, 'report.txt'), stripVTControlCharacters(text))
  console.log(text)
  if (!outcomes.every(({ result }) => result?.passed)) process.exitCode = exitCodes.failed
}

interface RunPlace {
  runId: string
  folder: string
  platform: PlatformName
  enforceBudget: boolean
  stateStore: StateStoreKind
  askedAt: number
  signal: AbortSignal
  report: ReportProgress
}

async function runCase(found: FoundCase, flags: Flags, place: RunPlace): Promise<Result> {
  const { rounds, qps, connections, duration, payloadSize } = flags
  const params = { qps, connections, duration, payloadSize }
  const runner = await loadCase(found)
  const platform = await createPlatform(place.platform, place)
  return runner.start({ ...place, name: found.name, params, rounds, platform })
}

function chooseCases(names: string[], all: boolean, cases: FoundCase[]): FoundCase[] {
  if (all && names.length > 0) throw new InputError('--all runs every case: leave out their names')
  if (all) return cases
  if (names.length === 0)
    throw new InputError('which case? Name some, or use --all: `dapr-perf list` shows them')
  return [...new Set(names)].map((name) => chooseCase(name, cases))
}

export function stateStoreOfEnvironment(): StateStoreKind {
  const variable = 'DAPR_PERF_STATE_STORE'
  return parseStateStoreKind(process.env[variable] || 'in-memory', variable)
}

export function chooseCase(name: string, cases: FoundCase[]): FoundCase {
  const found = cases.find((candidate) => candidate.name === name)
  if (found) return found
  const nearest = closest(
    name,
    cases.map((candidate) => candidate.name),
  )
  throw new InputError(`there is no case ${name}. Do you mean ${nearest}? \`dapr-perf list\` shows them all`)
}

function param<Name extends keyof Params>(name: Name, flag: string) {
  return (text: string): Params[Name] => {
    try {
      return parseParam(name, text, flag)
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message)
    }
  }
}

function parseRounds(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('expected a whole number from 1 to 9999, for example --rounds 5')
}

function isSet(variable: string): boolean {
  const value = process.env[variable] || '0'
  if (value === '0' || value === '1') return value === '1'
  throw new InputError(`${variable}=${value}: expected 0 or 1, for example ${variable}=1`)
}
