import type { Check, Comparison, Result, Summary, Usage } from 'perf-sdk'
import { closedToApps, mostReopenedPercent, reopenedPercent } from 'perf-sdk/runner'
import pc from 'picocolors'
import { admissionLine } from '../terminal/admission.js'
import { cpuSourceLines } from '../terminal/cpu-source.js'
import { type Figure, failedOf, figuresOf } from '../terminal/figures.js'
import { fromHere } from '../terminal/from-here.js'
import { label } from '../terminal/label.js'
import { isMachineUnknown, machineCells, machineWarnings } from '../terminal/machine.js'
import { sentenceOf } from '../terminal/sentence.js'
import { table } from '../terminal/table.js'

/** In percent: with more, p99 leaves out part of the wait. */
const lateToTell = 1

/** A result as text for the terminal. */
export function caseReport(result: Result, folder: string): string {
  const sentence = sentenceOf(result)
  return [
    '',
    pc.bold(`${result.case}: ${result.description}`),
    ...(sentence ? [sentence, ''] : []),
    ...(Object.keys(result.variants).length > 0 ? tables(result) : []),
    ...warned(result),
    ...checksOf(result),
    ...(result.error ? [`${pc.red(result.outcome)}: ${result.error}`, `results in ${fromHere(folder)}`] : []),
    ...(result.error ? [] : [`${outcomeOf(result)}, results in ${fromHere(folder)}`]),
    '',
  ].join('\n')
}

const colours = {
  passed: pc.green,
  failed: pc.red,
  'not valid': pc.yellow,
  error: pc.red,
  interrupted: pc.yellow,
}

/** The coloured outcome: passed, failed, not valid, error or interrupted. */
export const outcomeOf = ({ outcome }: Result) => colours[outcome](outcome)

function tables(result: Result): string[] {
  const admission = admissionLine(result.environment)
  const shown = [
    ...result.comparisons.flatMap(({ percentiles }) => percentiles.map(({ added }) => added)),
    ...Object.values(result.variants).flatMap(({ percentiles }) => percentiles.map(({ value }) => value)),
  ]
  return [
    ...loadLines(result),
    ...(admission ? [pc.yellow(`! ${admission}`)] : []),
    '',
    ...(result.comparisons.length > 0 ? compared(result) : [figuresAlone(result)]),
    ...(shown.includes(null)
      ? [pc.dim(`${notKnown} not known: it needs more requests, see the README`)]
      : []),
    ...result.comparisons.flatMap(unclear),
    ...Object.entries(result.variants).flatMap(warnings),
    ...(isMachineUnknown(result) ? [pc.dim('machine use: unknown')] : []),
    '',
    ...resources(result),
    '',
  ]
}

function compared(result: Result): string[] {
  const points = result.comparisons.flatMap(({ percentiles }) => percentiles)
  return [
    latencies(result),
    '',
    pc.dim('What Dapr adds is the difference of two percentiles, not a percentile itself.'),
    pc.dim(
      "CPU per request is that of all apps and sidecars; tester's own, which makes the load, is left out.",
    ),
    ...(points.some(({ interval }) => interval)
      ? [pc.dim('In brackets is its 95 % interval, from the rounds.')]
      : []),
  ]
}

/** The figures of variants that nothing is compared with: of a single one, or of a case that could not be finished. */
function figuresAlone({ variants }: Result): string {
  const summaries = Object.values(variants)
  const rowOf = (name: string, of: (summary: Summary) => string) => [name, ...summaries.map(of)]
  const percentiles = (summaries[0] as Summary).percentiles.map(({ percentile }, index) =>
    rowOf(`p${percentile}`, (summary) => ms(summary.percentiles[index]?.value ?? null)),
  )
  return table(
    ['ms', ...Object.keys(variants).map(label)],
    [
      ...percentiles,
      rowOf('max', ({ max }) => ms(max)),
      rowOf('mean', ({ mean }) => ms(mean)),
      rowOf('achieved qps', ({ achievedRate }) => achievedRate.toFixed(1)),
    ],
    ['left', ...summaries.map(() => 'right' as const)],
  )
}

function warned({ warnings = [] }: Result): string[] {
  return warnings.length > 0 ? [...warnings.map((text) => pc.yellow(`! ${text}`)), ''] : []
}

function checksOf({ checks, budget }: Result): string[] {
  const lines = [...checks.map(checkLine), ...(budget ? [budgetLine(budget)] : [])]
  return lines.length > 0 ? [...lines, ''] : []
}

function loadLines({ params, environment, variants, loads }: Result): string[] {
  const body = params.payload === '' ? `${params.payloadSize} B` : `${Buffer.byteLength(params.payload)} B`
  const rates = Object.entries(variants).map(([name, { targetRate }]) => ({
    name,
    rate: targetRate === 0 ? 'no rate limit' : `${targetRate} qps`,
  }))
  const isSame = new Set(rates.map(({ rate }) => rate)).size === 1
  const rate = isSame ? rates[0]?.rate : rates.map((one) => `${one.name} ${one.rate}`).join(', ')
  const arrivals = [...new Set(loads.flatMap((load) => load.arrivals ?? []))].join(' and ')
  const components = (environment?.dapr.components ?? []).map(({ type }) => type)
  const on = components.length > 0 ? `, components ${components.join(', ')}` : ''
  const { engine } = loads[0] ?? {}
  const connections = [...new Set(loads.map((load) => load.connections))].join(' and ') || params.connections
  return [
    `${rate}${arrivals && ` (${arrivals})`} over ${connections} connections, payload of ${body}, ${params.duration} per variant${on}`,
    `daprd ${environment?.programs.daprd?.version ?? 'none'}, ${engine?.name} ${engine?.version}, ${place(environment)}`,
  ]
}

function place(environment: Result['environment']): string {
  const { host, cluster } = environment ?? {}
  if (host) return `${host.cores} × ${host.cpuModel}, load average ${host.loadAverage[0]?.toFixed(2)}`
  const nodes = cluster?.nodes.map(({ name, cores }) => (cores ? `${name} (${cores} cores)` : name))
  return `Kubernetes ${cluster?.kubernetes}, ${nodes?.join(', ')}`
}

/** Where what a variant adds can't be told from nothing. */
function unclear({ variant, percentiles, mean }: Comparison): string[] {
  const figures = [
    ...percentiles.map(({ percentile, interval }) => ({ name: `p${percentile}`, interval })),
    { name: 'the mean', interval: mean.interval },
  ]
  const names = figures.flatMap(({ name, interval }) =>
    interval && interval.low <= 0 && interval.high >= 0 ? [name] : [],
  )
  if (names.length === 0) return []
  return [pc.yellow(`! what ${label(variant)} adds can't be told from zero: ${names.join(', ')}`)]
}

/** What makes the figures of a variant something else than what they seem to be. */
function warnings([variant, summary]: [string, Summary]): string[] {
  const { requests, outcomes, late, responseTime, extraConnections } = summary
  const failed = failedOf(outcomes)
  const p99 = responseTime?.percentiles.find(({ percentile }) => percentile === 99)?.value
  const fromDue = p99 ? `; from when requests were due it is ${ms(p99)} ms at p99` : ''
  const again = openedAgain(extraConnections)
  const isOften = (reopenedPercent(summary) ?? 0) > mostReopenedPercent
  const own = [
    ...(failed > 0
      ? [`${failed} of ${requests} requests failed, and their times are in the percentiles`]
      : []),
    ...(late && late.percent > lateToTell
      ? [
          `${late.percent.toFixed(1)} % of the requests were sent late, the latest by ${ms(late.worstMs)} ms: ` +
            `percentiles leave out that wait${fromDue}`,
        ]
      : []),
    ...(variant === 'baseline' ? [] : closedBehindSidecars(summary)),
    ...(again ? [`${again}${isOften ? meaningOfReopened(variant) : ''}`] : []),
  ].map((text) => `! ${label(variant)}: ${text}`)
  return [...own, ...machineWarnings([variant, summary])].map(pc.yellow)
}

/** Connections to an app that sidecars, or other apps, opened and closed. */
function closedBehindSidecars(summary: Summary): string[] {
  const { app, count } = closedToApps(summary) ?? { app: '', count: 0 }
  if (count <= (mostReopenedPercent / 100) * summary.requests) return []
  return [
    `${counted(count, 'connection')} to ${app} were opened and closed again, for ` +
      `${counted(summary.requests, 'request')}: what its sidecar spends on them is in the figures`,
  ]
}

/** What it says of a variant that many of its requests waited for a new connection. */
const meaningOfReopened = (variant: string) =>
  variant === 'baseline'
    ? ': its times include that, and what Dapr adds is too small unless sidecars open new connections to the app, too'
    : ': its times include that'

/** Connections beyond those asked for; undefined if there were none, or it is unknown. */
function openedAgain(extra: Summary['extraConnections']): string | undefined {
  if (!extra) return undefined
  if ('openedOrSentAgain' in extra) {
    const count = extra.openedOrSentAgain
    return count > 0 ? `${were(count, 'connection')} opened again, or requests sent a second time` : undefined
  }
  const { opened, sentAgain } = extra
  if (opened > 0 && sentAgain > 0)
    return `${were(opened, 'connection')} opened again, and ${counted(sentAgain, 'request')} sent a second time`
  if (opened > 0) return `${were(opened, 'connection')} opened again`
  return sentAgain > 0 ? `${were(sentAgain, 'request')} sent a second time` : undefined
}

/** `1 request`, `9,984 requests` */
const counted = (count: number, what: string) =>
  `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`
const were = (count: number, what: string) => `${counted(count, what)} ${count === 1 ? 'was' : 'were'}`

/** The table of latencies: the baseline, and what each other variant has and adds. */
function latencies({ comparisons, variants }: Result): string {
  const { baseline } = comparisons[0] as Comparison
  const figures = comparisons.map((comparison) => figuresOf(comparison, variants))
  const rowOf = ({ name, baseline }: Figure) => [
    name,
    ms(baseline),
    ...figures.flatMap((ofVariant) => {
      const figure = ofVariant.find((one) => one.name === name)
      return figure ? [ms(figure.variant), addedText(figure)] : ['', '']
    }),
  ]
  const rowOfLoads = (name: string, of: (summary: Summary) => string) => [
    name,
    of(variants[baseline] as Summary),
    ...comparisons.flatMap(({ variant }) => [of(variants[variant] as Summary), '']),
  ]
  const machine = isMachineUnknown({ variants })
    ? []
    : [
        rowOfLoads('machine busy', (summary) => machineCells(summary).busy),
        rowOfLoads('other processes', (summary) => machineCells(summary).others),
      ]
  return table(
    ['ms', baseline, ...comparisons.flatMap(({ variant }) => [label(variant), `${label(variant)} adds`])],
    [
      ...(figures[0] as Figure[]).map(rowOf),
      rowOfLoads('achieved qps', ({ achievedRate }) => achievedRate.toFixed(1)),
      ...machine,
    ],
    ['left', 'right', ...comparisons.flatMap(() => ['right', 'right'] as const)],
  )
}

const addedText = ({ added, interval }: Figure) =>
  added === undefined ? '' : `${signed(added)}${intervalText(interval)}`

type Interval = Comparison['mean']['interval']

/** ` (3.21 to 3.60)` */
const intervalText = (interval: Interval) =>
  interval ? ` (${withSign(interval.low)} to ${withSign(interval.high)})` : ''

const withSign = (value: number) => `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(3)}`

/** What apps and sidecars used during the loads of the last variant. */
function resources({ variants }: Result): string[] {
  const [name, { usage, requests }] = Object.entries(variants).at(-1) as [string, Summary]
  const rows = Object.entries(usage).flatMap(([appName, { app, sidecar }]) => [
    ...(sidecar ? [[`${appName}'s sidecar`, ...usageCells(sidecar, requests)]] : []),
    [appName, ...usageCells(app, requests)],
  ])
  const right = ['right', 'right', 'right'] as const
  return [
    table([`during the ${label(name)} load`, 'CPU', 'CPU per request', 'peak memory'], rows, [
      'left',
      ...right,
    ]),
    ...cpuSourceLines(usage).map(pc.dim),
  ]
}

function usageCells({ cpuSeconds, peakAnonymousBytes }: Usage, requests: number): string[] {
  return [
    `${cpuSeconds.toFixed(2)} s`,
    `${((cpuSeconds / requests) * 1e6).toFixed(0)} µs`,
    peakAnonymousBytes === undefined ? 'unknown' : `${(peakAnonymousBytes / 2 ** 20).toFixed(0)} MiB`,
  ]
}

function checkLine({ passed, name, detail, ifNotMet }: Check): string {
  const cross = ifNotMet === 'not valid' ? pc.yellow('✗') : pc.red('✗')
  return `${passed ? pc.green('✓') : cross} ${name} (${detail})`
}

function budgetLine(budget: NonNullable<Result['budget']>): string {
  const met = budget.passed ? 'met' : 'not met'
  const weight = budget.enforced ? '' : '; not enforced, see --enforce-budget'
  const mark = budget.passed ? pc.green('✓') : budget.enforced ? pc.red('✗') : pc.yellow('!')
  return `${mark} ${budget.name}: ${met} (${budget.detail}${weight})`
}

const notKnown = '?'
export const ms = (value: number | null) => value?.toFixed(3) ?? notKnown
export const signed = (value: number | null) =>
  value === null ? notKnown : `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`
