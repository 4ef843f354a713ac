import { join, resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ParamOptions } from 'perf-sdk'
import {
  ab,
  defaultGate,
  defaultMinEffect,
  leastBlocks,
  loadPlatform,
  type MetricName,
  metricNames,
  parseDuration,
  parseMetricName,
  readParamOverrides,
} from 'perf-sdk/runner'
import { addCasesOption, type CasesFlag, casesOf } from '../cases-option.js'
import { chooseCases } from '../choose-cases.js'
import { addLoadOptions } from '../load-options.js'
import { addPlatformOption, type PlatformFlag, platformOf } from '../platform-option.js'
import { TerminalReporter } from '../reports/terminal-reporter.js'
import { SignalHandler } from '../signal-handler.js'
import { addStateStoreOption, type StateStoreFlag, stateStoreOf } from '../state-store-option.js'
import { bisectExitCode, exitCodeOf } from './exit-code.js'
import { addSideOptions, type SideFlags, sidesOf } from './sides.js'

interface Flags extends ParamOptions, PlatformFlag, CasesFlag, SideFlags, StateStoreFlag {
  all?: boolean
  maxTime: number
  blocks?: number
  minEffect: MinEffect
  gate: MetricName[]
  out?: string
  bisect?: boolean
}

/** The least change that matters: of all metrics, and of some. */
interface MinEffect {
  all: number
  of: Partial<Record<MetricName, number>>
}

export function addAbCommand(program: Command): void {
  const command = program
    .command('ab')
    .description('compare two variants of Dapr: did this change make it slower?')
    .argument('[case...]', 'the cases to compare them with; `dapr-perf list` shows them')
    .option('--all', 'every case')
  addSideOptions(command)
  command
    .addOption(
      new Option('--max-time <time>', 'how long it may measure, for each case: 2m, 1h')
        .argParser(parseTime)
        .default(300, '5m'),
    )
    .addOption(
      new Option(
        '--min-effect <share>',
        'the least change that matters: 2%, or of one metric, allocations=0.3%; more than once for more',
      )
        .argParser(parseMinEffect)
        .default({ all: defaultMinEffect, of: {} }, '2%'),
    )
    .addOption(
      new Option('--gate <metrics>', `the metrics that decide, of ${metricNames.join(', ')}`)
        .argParser(parseGate)
        .default(defaultGate, defaultGate.join(',')),
    )
    .option('--blocks <n>', 'measure so many blocks, however long that takes', parseBlocks)
  addLoadOptions(command)
  addStateStoreOption(command)
  command
    .option('--out <folder>', 'folder for the results (default: results, next to tests)')
    .option(
      '--bisect',
      'exit as `git bisect run` expects: 0, 1, 125 (can not be told, or B does not work), or 128',
    )
    .addOption(refused('--duration <time>', '--max-time says how long it may measure'))
    .addOption(
      refused(
        '--rounds <n>',
        'it takes turns from slice to slice; --blocks says how many blocks it measures',
      ),
    )
    .action(compare)
  addCasesOption(command)
  addPlatformOption(command)
}

async function compare(names: string[], flags: Flags): Promise<void> {
  const { root, cases } = casesOf(flags)
  const chosen = chooseCases(names, flags.all ?? false, cases)
  const { qps, connections, arrivals, payload, payloadSize } = flags
  using terminal = new TerminalReporter()
  using signals = new SignalHandler((what) => terminal.onEvent({ kind: 'note', what, isEnd: true }))
  const ends = await ab(chosen, {
    ...(await sidesOf(flags)),
    platform: await loadPlatform(platformOf(flags)),
    makeImage: async (side, report) => {
      const { pushSide } = await import('@dapr-perf/cluster/images')
      return pushSide(side, { report: (what) => report({ kind: 'step', what }) })
    },
    resultsFolder: resolve(flags.out ?? join(root, 'results')),
    params: readParamOverrides(process.env, { qps, connections, arrivals, payload, payloadSize }),
    stateStore: stateStoreOf(flags),
    maxSeconds: flags.maxTime,
    blocks: flags.blocks,
    gate: flags.gate,
    minEffect: Object.fromEntries(
      metricNames.map((name) => [name, flags.minEffect.of[name] ?? flags.minEffect.all]),
    ) as Record<MetricName, number>,
    reporters: [terminal],
    signal: signals.signal,
  }).catch((error) => {
    // Ctrl+C at a terminal ends programs that were called, such as docker, too: then that is no error.
    throw signals.signal.aborted ? signals.signal.reason : error
  })
  if (signals.signal.aborted) throw signals.signal.reason
  process.exitCode = flags.bisect ? bisectExitCode(ends) : exitCodeOf(ends)
}

function parseTime(text: string): number {
  const seconds = parseDuration(text)
  if (seconds) return seconds
  throw new InvalidArgumentError('expected a time, for example --max-time 2m')
}

function parseBlocks(text: string): number {
  const blocks = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0
  if (blocks >= leastBlocks) return blocks
  throw new InvalidArgumentError(
    `expected a whole number of at least ${leastBlocks}, for example --blocks 20`,
  )
}

function parseMinEffect(text: string, before: MinEffect): MinEffect {
  const [, name, number] = /^(?:([\w-]+)=)?(\d+(?:\.\d+)?)%$/.exec(text) ?? []
  const share = Number(number) / 100
  if (!(share > 0 && share < 1))
    throw new InvalidArgumentError(
      'expected a percentage between 0 and 100, for example 2% or allocations=0.3%',
    )
  if (name === undefined) return { ...before, all: share }
  return { ...before, of: { ...before.of, [metric(name)]: share } }
}

function parseGate(text: string): MetricName[] {
  return [...new Set(text.split(',').map((name) => metric(name.trim())))]
}

function metric(text: string): MetricName {
  try {
    return parseMetricName(text, 'metric')
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}

/** An option of run that this command doesn't have, with the reason. */
const refused = (flags: string, why: string) =>
  new Option(flags).hideHelp().argParser(() => {
    throw new InvalidArgumentError(`ab has no such option: ${why}`)
  })
