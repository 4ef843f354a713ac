import type { Check, Comparison, Result, Summary, Usage } from 'perf-sdk'
import pc from 'picocolors'
import { fromHere } from './from-here.js'
import { table } from './table.js'

/** In percent: with more, p99 leaves out part of the wait. */
const lateToTell = 1

/** A result as text for the terminal. */
export function caseReport(result: Result, folder: string): string {
  return [
    '',
    pc.bold(`${result.case}: ${result.description}`),
    ...(result.comparisons.length > 0 ? figuresOf(result) : []),
    ...checksOf(result),
    ...(result.error ? [`${pc.red(result.outcome)}: ${result.error}`, `results in ${fromHere(folder)}`] : []),
    ...(result.error ? [] : [`${outcomeOf(result)}, results in ${fromHere(folder)}`]),
    '',
  ].join('\n')
}

/** The coloured outcome: passed, failed, error or interrupted. */
export const outcomeOf = ({ outcome }: Result) =>
  outcome === 'passed' ? pc.green(outcome) : outcome === 'interrupted' ? pc.yellow(outcome) : pc.red(outcome)

function figuresOf(result: Result): string[] {
  const points = result.comparisons.flatMap(({ percentiles }) => percentiles)
  return [
    ...loadLines(result),
    '',
    latencies(result),
    '',
    pc.dim('What Dapr adds is the difference of two percentiles, not a percentile itself.'),
    ...(points.some(({ interval }) => interval)
      ? [pc.dim('In brackets is its 95 % interval, from the rounds.')]
      : []),
    ...(points.some(({ coarse }) => coarse)
      ? [pc.dim('~ rough: it lies in a wide bucket of the histogram, see result.json')]
      : []),
    ...(points.some(({ added }) => added === null)
      ? [pc.dim(`${notKnown} not known: it needs more requests, see the README`)]
      : []),
    ...result.comparisons.flatMap(unclear),
    ...Object.entries(result.variants).flatMap(warnings),
    '',
    resources(result),
    '',
  ]
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
  const components = (environment?.dapr.components ?? []).map(({ type }) => type)
  const on = components.length > 0 ? `, components ${components.join(', ')}` : ''
  const { engine } = loads[0] ?? {}
  const connections = [...new Set(loads.map((load) => load.connections))].join(' and ') || params.connections
  return [
    `${rate} over ${connections} connections, payload of ${body}, ${params.duration} per variant${on}`,
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

/** What makes the percentiles of a variant something else than what they seem to be. */
function warnings([variant, { requests, outcomes, late, responseTime }]: [string, Summary]): string[] {
  const failed = outcomes.filter(({ kind }) => kind === 'failure').reduce((sum, { count }) => sum + count, 0)
  const p99 = responseTime?.percentiles.find(({ percentile }) => percentile === 99)?.value
  const fromDue = p99 ? `; from when requests were due it is ${ms(p99)} ms at p99` : ''
  return [
    ...(failed > 0
      ? [`${failed} of ${requests} requests failed, and their times are in the percentiles`]
      : []),
    ...(late?.percent !== undefined && late.percent > lateToTell
      ? [
          `${late.percent.toFixed(1)} % of the requests were sent late, the latest by ${ms(late.worstMs)} ms: ` +
            `percentiles leave out that wait${fromDue}`,
        ]
      : []),
  ].map((text) => pc.yellow(`! ${label(variant)}: ${text}`))
}

/** The table of latencies: the baseline, and what each other variant has and adds. */
function latencies({ comparisons, variants }: Result): string {
  const [first] = comparisons as [Comparison]
  const rowOf = (name: string, of: (comparison: Comparison) => Cells) => [
    name,
    ms(of(first).baseline),
    ...comparisons.flatMap((comparison) => {
      const { variant, added, interval, coarse } = of(comparison)
      return [ms(variant), `${signed(added)}${intervalText(interval)}${coarse ? ' ~' : ''}`]
    }),
  ]
  const { meanPerEvent } = first
  const maxOf = (name: string) => (variants[name] as Summary).max
  const rate = (name: string) => (variants[name] as Summary).achievedRate.toFixed(1)
  return table(
    [
      'ms',
      first.baseline,
      ...comparisons.flatMap(({ variant }) => [label(variant), `${label(variant)} adds`]),
    ],
    [
      ...first.percentiles.map(({ percentile }, index) =>
        rowOf(`p${percentile}`, ({ percentiles }) => percentiles[index] as Cells),
      ),
      ['max', ms(maxOf(first.baseline)), ...comparisons.flatMap(({ variant }) => [ms(maxOf(variant)), ''])],
      rowOf('mean', ({ mean }) => mean),
      ...(meanPerEvent ? [rowOf('mean per event', (comparison) => comparison.meanPerEvent as Cells)] : []),
      ['achieved qps', rate(first.baseline), ...comparisons.flatMap(({ variant }) => [rate(variant), ''])],
    ],
    ['left', 'right', ...comparisons.flatMap(() => ['right', 'right'] as const)],
  )
}

interface Cells {
  baseline: number | null
  variant: number | null
  added: number | null
  interval?: Interval | undefined
  coarse?: boolean
}

type Interval = Comparison['mean']['interval']

/** ` (3.21 to 3.60)` */
const intervalText = (interval: Interval) =>
  interval ? ` (${withSign(interval.low)} to ${withSign(interval.high)})` : ''

const withSign = (value: number) => `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(3)}`

/** A variant's name in headings. */
const label = (variant: string) => (variant === 'dapr' ? 'Dapr' : variant)

/** What apps and sidecars used during the loads of the last variant. */
function resources({ variants }: Result): string {
  const [name, { usage, requests }] = Object.entries(variants).at(-1) as [string, Summary]
  const rows = Object.entries(usage).flatMap(([appName, { app, sidecar }]) => [
    ...(sidecar ? [[`${appName}'s sidecar`, ...figures(sidecar, requests)]] : []),
    [appName, ...figures(app, requests)],
  ])
  const right = ['right', 'right', 'right'] as const
  return table([`during the ${label(name)} load`, 'CPU', 'CPU per request', 'peak memory'], rows, [
    'left',
    ...right,
  ])
}

function figures({ cpuSeconds, peakAnonymousBytes }: Usage, requests: number): string[] {
  return [
    `${cpuSeconds.toFixed(2)} s`,
    `${((cpuSeconds / requests) * 1e6).toFixed(0)} µs`,
    peakAnonymousBytes === undefined ? 'unknown' : `${(peakAnonymousBytes / 2 ** 20).toFixed(0)} MiB`,
  ]
}

const checkLine = ({ passed, name, detail }: Check) =>
  `${passed ? pc.green('✓') : pc.red('✗')} ${name} (${detail})`

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
