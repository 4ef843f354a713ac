import { join, resolve } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import { type Command, InvalidArgumentError } from 'commander'
import type { ParamOptions } from 'perf-sdk'
import { loadPlatform, readParamOverrides, run } from 'perf-sdk/runner'
import { addCasesOption, type CasesFlag, casesOf } from './cases-option.js'
import { chooseCases } from './choose-cases.js'
import { exitCodeOfRun } from './exit-codes.js'
import { addLoadOptions, param } from './load-options.js'
import { addPlatformOption, type PlatformFlag, platformOf } from './platform-option.js'
import { TerminalReporter } from './reports/terminal-reporter.js'
import { SignalHandler } from './signal-handler.js'
import { addStateStoreOption, type StateStoreFlag, stateStoreOf } from './state-store-option.js'

interface Flags extends ParamOptions, PlatformFlag, CasesFlag, StateStoreFlag {
  all?: boolean
  rounds?: number
  out?: string
  enforceBudget?: boolean
}

export function addRunCommand(program: Command): void {
  const command = program
    .command('run')
    .description('run cases and show what Dapr adds')
    .argument('[case...]', 'the cases to run, one after the other; `dapr-perf list` shows them')
    .option('--all', 'run every case')
  addLoadOptions(command)
  command
    .option('--duration <time>', 'how long each variant is loaded: 10s, 1m, 1m30s', param('duration'))
    .option(
      '--rounds <n>',
      "split each variant's time into n loads, and alternate between variants (default: 6, or 1 if they would be shorter than 1 s)",
      parseRounds,
    )
  addStateStoreOption(command)
  command
    .option('--out <folder>', 'folder for the results (default: results, next to tests)')
    .option('--enforce-budget', "fail if a case's budget is not met (or DAPR_PERF_ENFORCE_BUDGET=1)")
    .addHelpText(
      'after',
      '\nThese options override variables such as DAPR_PERF_QPS, which override the parameters of the case.',
    )
    .action(runCases)
  addCasesOption(command)
  addPlatformOption(command)
}

async function runCases(names: string[], flags: Flags): Promise<void> {
  const { root, cases } = casesOf(flags)
  const chosen = chooseCases(names, flags.all ?? false, cases)
  const { qps, arrivals, connections, duration, payload, payloadSize } = flags
  using terminal = new TerminalReporter()
  using signals = new SignalHandler((what) => terminal.onEvent({ kind: 'note', what, isEnd: true }))
  const ends = await run(chosen, {
    platform: await loadPlatform(platformOf(flags)),
    resultsFolder: resolve(flags.out ?? join(root, 'results')),
    params: readParamOverrides(process.env, { qps, arrivals, connections, duration, payload, payloadSize }),
    stateStore: stateStoreOf(flags),
    rounds: flags.rounds,
    enforceBudget: flags.enforceBudget ?? isSet('DAPR_PERF_ENFORCE_BUDGET'),
    reporters: [terminal],
    signal: signals.signal,
  })
  if (signals.signal.aborted) throw signals.signal.reason
  if (ends.length === 1 && ends[0]?.error) throw ends[0].error
  process.exitCode = exitCodeOfRun(ends)
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
