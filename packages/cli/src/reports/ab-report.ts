import { type AbResult, type Block, type MetricName, metrics, variantDifferences } from 'perf-sdk/runner'
import pc from 'picocolors'
import { admissionLine } from '../terminal/admission.js'
import { changeText } from '../terminal/change-text.js'
import { fromHere } from '../terminal/from-here.js'
import { countedCpuLines } from './counted-cpu-lines.js'
import { figuresTable, verdictText } from './figures-table.js'
import { machineLines } from './machine-lines.js'
import { rateMissed } from './rate-taken.js'

type Side = AbResult['sides']['a']

/** A comparison as text for the terminal. Its last line is one that can be quoted. */
export function abReport(result: AbResult, folder: string): string {
  const { sides, differences, warnings = [], blocks, error } = result
  return [
    '',
    pc.bold(`${result.case}: ${result.description}`),
    `A  ${sideText(sides.a)}`,
    `B  ${sideText(sides.b)}`,
    ...differences.map((text) => pc.yellow(`! ${text}`)),
    ...variantDifferences(result).map((text) => pc.yellow(`! A and B also differ in: ${text}`)),
    ...admissionLines(sides).map((text) => pc.yellow(text)),
    ...warnings.map((text) => pc.yellow(`! ${text}`)),
    loadLine(result),
    ...(blocks.length > 0
      ? [
          blocksLine(result),
          ...disturbed(blocks),
          '',
          figuresTable(result),
          ...machineLines(blocks),
          ...countedCpuLines(blocks),
          '',
        ]
      : []),
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
  workspace,
  vendor,
  localModules = [],
  goVersion,
  env,
  args,
  configuration,
  components,
  resources,
}: Side): string {
  const origin = [
    source,
    ...(commit ? [commitText({ commit, dirty })] : []),
    ...(workspace ? [`workspace ${workspace}`] : []),
    ...(vendor ? ['dependencies from its vendor folder'] : []),
    ...localModules.map(({ path, folder, ...at }) => [path, 'in', folder, commitText(at)].join(' ').trim()),
    ...(goVersion ? [goVersion] : []),
    ...(image && image !== text ? [image] : []),
    ...(imageID ? [imageID.replace(/^.*@/, '').slice(0, 'sha256:'.length + 12)] : []),
  ]
  const settings = [
    ...Object.entries(env ?? {}).map(([name, value]) => `${name}=${value}`),
    ...Object.entries(args ?? {}).map(([name, value]) => `--${name}=${value}`),
    ...(configuration ? [`configuration ${JSON.stringify(configuration)}`] : []),
    ...(components ? [`components ${components.join(', ')}`] : []),
    ...(resources ?? []),
  ]
  const asked = text === version ? '' : `${text}: `
  return `${asked}daprd ${version ?? '?'} (${origin.join(', ')})${settings.length > 0 ? `, ${settings.join(', ')}` : ''}`
}

const commitText = ({ commit, dirty }: Pick<Side, 'commit' | 'dirty'>) =>
  commit ? `commit ${commit.slice(0, 12)}${dirty ? ' with changes' : ''}` : ''

/** One line where both variants' pods were admitted alike. */
function admissionLines({ a, b }: AbResult['sides']): string[] {
  const [ofA, ofB] = [admissionLine(a.environment), admissionLine(b.environment)]
  if (ofA === ofB) return ofA ? [`! ${ofA}`] : []
  return [ofA && `! A: ${ofA}`, ofB && `! B: ${ofB}`].filter((line) => line !== undefined)
}

function loadLine({ params, arrivals, sides, environment = sides.a.environment }: AbResult): string {
  const { qps, connections, duration } = params
  const rate = qps === 0 ? 'no rate limit' : `${qps} qps${duration ? '' : ' of both together'}, ${arrivals}`
  const inTurn = duration ? `, ${duration} for each, one after the other` : ''
  const body = params.payload === '' ? params.payloadSize : Buffer.byteLength(params.payload)
  const { host, cluster } = environment ?? {}
  const machine = host ? `, ${host.cores} × ${host.cpuModel}` : ''
  const kubernetes = cluster ? `, Kubernetes ${cluster.kubernetes}` : ''
  return `${rate}, over ${connections} connections of each${inTurn}, payload of ${body} B${machine}${kubernetes}`
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

/** `p50 +3.1 % (2.2 to 4.0 %): slower; CPU per request +2.8 % (1.9 to 3.7 %): slower` */
function sentence({ plan, answers, blocks }: AbResult): string {
  const known = ((plan?.gate ?? []) as MetricName[]).flatMap((name) => {
    const answer = answers[name]
    return answer ? [`${metrics[name].title} ${changeText(answer.change)}: ${verdictText(name, answer)}`] : []
  })
  return known.length > 0
    ? [...known, ...rateMissed(blocks)].join('; ')
    : `no answer yet after ${blocks.length} blocks`
}

function outcomeText({ outcome, arrivals }: AbResult): string {
  if (outcome === 'slower' || outcome === 'error') return pc.red(outcome)
  if (outcome === "can't tell")
    return `${pc.yellow(outcome)}: try a longer --max-time${arrivals === 'bursts' ? ' or --arrivals uniform' : ''} (docs/ab.md#what-limits-it)`
  return outcome === 'not slower' ? pc.green(outcome) : pc.yellow(outcome)
}
