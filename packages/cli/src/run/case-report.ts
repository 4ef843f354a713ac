import { relative } from 'node:path'
import type { Check, Difference, Result, Usage } from 'perf-sdk'
import pc from 'picocolors'
import { table } from '../table.js'

/** A result, as a person reads it at the terminal. */
export function caseReport(result: Result, folder: string): string {
  const coarse = result.comparison.percentiles.some((point) => point.coarse)
  return [
    '',
    pc.bold(`${result.case}: ${result.description}`),
    loadLine(result),
    '',
    latencies(result),
    '',
    pc.dim('What Dapr adds is the difference of percentiles: it is no percentile itself.'),
    ...(coarse ? [pc.dim('~ a guess inside a wide bucket of the histogram: see result.json')] : []),
    '',
    resources(result),
    '',
    ...result.checks.map(checkLine),
    ...(result.budget ? [budgetLine(result.budget)] : []),
    '',
    `${result.passed ? pc.green('passed') : pc.red('failed')}, results in ${fromHere(folder)}`,
    '',
  ].join('\n')
}

/** A folder as one would type it here: below this folder without what leads to it. */
function fromHere(folder: string): string {
  const path = relative(process.cwd(), folder) || '.'
  return path.startsWith('..') ? folder : path
}

function loadLine({ params, environment, stateStore, baseline, dapr }: Result): string {
  const { versions } = environment
  const body = params.payload === '' ? `${params.payloadSize} B` : `${Buffer.byteLength(params.payload)} B`
  const [rate, rateOfDapr] = [baseline, dapr].map(({ requestedQps }) =>
    requestedQps === 0 ? 'as fast as it goes' : `${requestedQps} qps`,
  )
  const rates = rate === rateOfDapr ? rate : `baseline ${rate}, Dapr ${rateOfDapr}`
  const store = stateStore ? `, state in ${stateStore}` : ''
  return [
    `${rates} over ${params.connections} connections, payload of ${body}, ${params.duration} a side${store}`,
    `daprd ${versions.daprd}, fortio ${versions.fortio}, ${place(environment)}`,
  ].join('\n')
}

function place({ host, cluster }: Result['environment']): string {
  if (host) return `${host.cores} × ${host.cpuModel}, load average ${host.loadAverage[0]?.toFixed(2)}`
  const nodes = cluster?.nodes.map(({ name, cores }) => (cores ? `${name} (${cores} cores)` : name))
  return `Kubernetes ${cluster?.kubernetes}, ${nodes?.join(', ')}`
}

function latencies({ comparison, baseline, dapr }: Result): string {
  const rows = comparison.percentiles.map((point) => [
    `p${point.percentile}`,
    ms(point.baseline),
    ms(point.dapr),
    `${signed(point.added)}${point.coarse ? ' ~' : ''}`,
  ])
  const { average, averagePerEvent } = comparison
  return table(
    ['ms', 'baseline', 'Dapr', 'Dapr adds'],
    [
      ...rows,
      differenceRow('average', average),
      ...(averagePerEvent ? [differenceRow('average an event', averagePerEvent)] : []),
      ['achieved qps', baseline.achievedQps.toFixed(1), dapr.achievedQps.toFixed(1), ''],
    ],
    ['left', 'right', 'right', 'right'],
  )
}

const differenceRow = (name: string, { baseline, dapr, added }: Difference) => [
  name,
  ms(baseline),
  ms(dapr),
  signed(added),
]

function resources({ dapr }: Result): string {
  const rows = Object.entries(dapr.usage).flatMap(([name, { app, sidecar }]) => [
    ...(sidecar ? [[`${name}'s sidecar`, ...figures(sidecar, dapr.requests)]] : []),
    [name, ...figures(app, dapr.requests)],
  ])
  return table(['during the Dapr load', 'CPU', 'CPU a request', 'peak memory'], rows, [
    'left',
    'right',
    'right',
    'right',
  ])
}

function figures({ cpuSeconds, peakMemoryBytes }: Usage, requests: number): string[] {
  return [
    `${cpuSeconds.toFixed(2)} s`,
    `${((cpuSeconds / requests) * 1e6).toFixed(0)} µs`,
    `${(peakMemoryBytes / 2 ** 20).toFixed(0)} MiB`,
  ]
}

const checkLine = ({ passed, name, detail }: Check) =>
  `${passed ? pc.green('✓') : pc.red('✗')} ${name} (${detail})`

function budgetLine(budget: NonNullable<Result['budget']>): string {
  const met = budget.passed ? 'met' : 'not met'
  const weight = budget.enforced ? '' : '; it does not decide, see --enforce-budget'
  const mark = budget.passed ? pc.green('✓') : budget.enforced ? pc.red('✗') : pc.yellow('!')
  return `${mark} ${budget.name}: ${met} (${budget.detail}${weight})`
}

export const ms = (value: number) => value.toFixed(3)
export const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`
