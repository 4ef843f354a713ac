import {
  type AbResult,
  type Block,
  changeText,
  type MetricName,
  metricNames,
  metrics,
  percent,
} from 'perf-sdk/runner'
import pc from 'picocolors'
import { fromHere } from '../terminal/from-here.js'
import { table } from '../terminal/table.js'

type Answer = AbResult['answers'][string]
type Side = AbResult['sides']['a']

/** A comparison as text for the terminal. Its last line is one that can be quoted. */
export function abReport(result: AbResult, folder: string): string {
  const { sides, differences, blocks, error } = result
  return [
    '',
    pc.bold(`${result.case}: ${result.description}`),
    `A  ${sideText(sides.a)}`,
    `B  ${sideText(sides.b)}`,
    ...differences.map((text) => pc.yellow(`! ${text}`)),
    loadLine(result),
    ...(blocks.length > 0 ? [blocksLine(result), ...disturbed(blocks), '', figures(result), ''] : []),
    ...(result.outcome === 'error' ? [`${pc.red(result.outcome)}: ${error}`] : []),
    ...(blocks.length > 0 ? [sentence(result)] : []),
    `${outcomeText(result)}, results in ${fromHere(folder)}`,
    '',
  ].join('\n')
}

function sideText({
  text,
  version,
  source,
  image,
  imageID,
  commit,
  dirty,
  goVersion,
  env,
  configuration,
  components,
}: Side): string {
  const origin = [
    source,
    ...(commit ? [`commit ${commit.slice(0, 12)}${dirty ? ' with changes' : ''}`] : []),
    ...(goVersion ? [goVersion] : []),
    ...(image && image !== text ? [image] : []),
    ...(imageID ? [imageID.replace(/^.*@/, '').slice(0, 'sha256:'.length + 12)] : []),
  ]
  const settings = [
    ...Object.entries(env ?? {}).map(([name, value]) => `${name}=${value}`),
    ...(configuration ? [`configuration ${JSON.stringify(configuration)}`] : []),
    ...(components ? [`components ${components.join(', ')}`] : []),
  ]
  const asked = text === version ? '' : `${text}: `
  return `${asked}daprd ${version ?? '?'} (${origin.join(', ')})${settings.length > 0 ? `, ${settings.join(', ')}` : ''}`
}

function loadLine({ params, arrivals, environment }: AbResult): string {
  const rate = params.qps === 0 ? 'no rate limit' : `${params.qps} qps`
  const how = params.duration
    ? `${params.duration} for each, one after the other`
    : `of both together, ${arrivals}`
  const body = params.payload === '' ? params.payloadSize : Buffer.byteLength(params.payload)
  const { host, cluster } = environment ?? {}
  const machine = host ? `, ${host.cores} × ${host.cpuModel}` : ''
  const kubernetes = cluster ? `, Kubernetes ${cluster.kubernetes}` : ''
  return `${rate} over ${params.connections} connections ${how}, payload of ${body} B${machine}${kubernetes}`
}

const ends = {
  decided: 'all metrics of the gate are decided',
  blocks: 'all blocks are measured',
  time: 'the time is over',
  interrupted: 'interrupted',
  error: 'it could not be finished',
}

function blocksLine({ blocks, plan, end }: AbResult): string {
  const planned = plan ? ` of ${plan.blocks}` : ''
  const why = end ? `: ${ends[end]}` : ''
  return `${blocks.length}${planned} blocks of ${(plan?.blockSeconds ?? 0).toFixed(1)} s${why}`
}

function disturbed(blocks: Block[]): string[] {
  const found = blocks.flatMap(({ interference }, index) =>
    interference.length > 0 ? [`block ${index + 1}: ${interference.join(', ')}`] : [],
  )
  if (found.length === 0) return []
  const some = found.slice(0, 3).join('; ')
  return [
    pc.yellow(
      `! ${found.length} of ${blocks.length} blocks may have been disturbed, and count like all others (${some}${found.length > 3 ? '; …' : ''})`,
    ),
  ]
}

function figures({ blocks, plan, answers }: AbResult): string {
  const gate = plan?.gate ?? []
  const names = [...(gate as MetricName[]), ...metricNames.filter((name) => !gate.includes(name))]
  const rows = names.map((name) => {
    const answer = answers[name]
    const isGate = gate.includes(name)
    return [
      `${metrics[name].title}${metrics[name].unit ? `, ${metrics[name].unit}` : ''}`,
      meanOf(blocks, name, 'a'),
      meanOf(blocks, name, 'b'),
      answer ? `${percent(answer.change.estimate, '+')} %` : '',
      answer
        ? `${percent(answer.change.interval.low, '+')} to ${percent(answer.change.interval.high, '+')} %`
        : '',
      answer ? `${percent(answer.change.minimumDetectable)} %` : '',
      answer ? `${percent(answer.standardDeviation)} %` : '',
      answer
        ? `${verdictText(name, answer)}${isGate ? '' : ' (shown only)'}`
        : Object.keys(answers).length > 0
          ? 'not known'
          : '',
    ]
  })
  const switches = (['a', 'b'] as const).map((side) => {
    const counts = blocks.map(({ variants }) => variants[side].involuntarySwitches)
    const isKnown = !counts.includes(undefined)
    return isKnown ? counts.reduce<number>((sum, count) => sum + (count ?? 0), 0) / blocks.length : undefined
  })
  const heads = ['', 'A', 'B', 'change', '95 % interval', 'found 19 of 20', 'sd of a block', 'verdict']
  const counted = [
    'involuntary context switches of a block',
    ...switches.map((count) => count?.toFixed(0) ?? ''),
    '',
    '',
    '',
    '',
    '',
  ]
  return table(
    heads,
    [...rows, ...(switches.includes(undefined) ? [] : [counted])],
    ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'left'],
  )
}

function meanOf(blocks: Block[], name: MetricName, side: 'a' | 'b'): string {
  const values = blocks.map(({ variants }) => metrics[name].of(variants[side]))
  if (values.some((value) => value === null || value === undefined)) return '?'
  const mean = (values as number[]).reduce((sum, value) => sum + value, 0) / values.length
  return mean.toFixed(mean < 10 ? 3 : 1)
}

/** Of heap and memory an increase is not slower, but more. */
function verdictText(name: MetricName, { verdict, minEffect }: Answer): string {
  const text = verdict.replace('X', `${Number((minEffect * 100).toFixed(2))} %`)
  return metrics[name].isTime ? text : text.replace('slower', 'more').replace('faster', 'less')
}

/** `average +3.1 % (2.2 to 4.0 %): slower; CPU per request +2.8 % (1.9 to 3.7 %): slower` */
function sentence({ plan, answers, blocks }: AbResult): string {
  const known = ((plan?.gate ?? []) as MetricName[]).flatMap((name) => {
    const answer = answers[name]
    return answer ? [`${metrics[name].title} ${changeText(answer.change)}: ${verdictText(name, answer)}`] : []
  })
  return known.length > 0 ? known.join('; ') : `no answer yet after ${blocks.length} blocks`
}

function outcomeText({ outcome }: AbResult): string {
  if (outcome === 'slower' || outcome === 'error') return pc.red(outcome)
  if (outcome === "can't tell")
    return `${pc.yellow(outcome)}: try a longer --max-time or fewer --connections (docs/ab.md#what-limits-it)`
  return outcome === 'not slower' ? pc.green(outcome) : pc.yellow(outcome)
}
