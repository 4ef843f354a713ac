import { type AbResult, type Block, type MetricName, metricNames, metrics } from 'perf-sdk/runner'
import { percent } from '../terminal/change-text.js'
import { table } from '../terminal/table.js'
import { takenText, total } from './rate-taken.js'

/** The table of a comparison: each metric with its answer, and what both variants did besides. */
export function figuresTable({ blocks, plan, answers }: AbResult): string {
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
  const counts = [
    countRow('requests sent late', (side) => lateText(blocks, side)),
    countRow('taken of the rate', (side) => takenText(blocks, side)),
    countRow('involuntary context switches of a block', (side) => switchesText(blocks, side)),
  ]
  const heads = ['', 'A', 'B', 'change', '95 % interval', 'found 19 of 20', 'sd of a block', 'verdict']
  return table(
    heads,
    [...rows, ...counts.flat()],
    ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'left'],
  )
}

type Answer = AbResult['answers'][string]

function meanOf(blocks: Block[], name: MetricName, side: 'a' | 'b'): string {
  const values = blocks.map(({ variants }) => metrics[name].of(variants[side]))
  if (values.some((value) => value === null || value === undefined)) return '?'
  const mean = (values as number[]).reduce((sum, value) => sum + value, 0) / values.length
  return mean.toFixed(mean < 10 ? 3 : 1)
}

/** Of heap and memory an increase is not slower, but more. */
export function verdictText(name: MetricName, { verdict, minEffect }: Answer): string {
  const text = verdict.replace('X', `${Number((minEffect * 100).toFixed(2))} %`)
  return metrics[name].isTime ? text : text.replace('slower', 'more').replace('faster', 'less')
}

/** A row with what both variants did, and nothing else; none where it isn't known of all blocks. */
function countRow(title: string, textOf: (side: 'a' | 'b') => string | undefined): string[][] {
  const [a, b] = [textOf('a'), textOf('b')]
  return a === undefined || b === undefined ? [] : [[title, a, b, '', '', '', '', '']]
}

function lateText(blocks: Block[], side: 'a' | 'b'): string | undefined {
  const late = total(blocks, side, ({ latePercent, requests }) => latePercent && latePercent * requests)
  const requests = total(blocks, side, (one) => one.requests)
  return late !== undefined && requests ? `${percent(late / 100 / requests)} %` : undefined
}

function switchesText(blocks: Block[], side: 'a' | 'b'): string | undefined {
  const count = total(blocks, side, ({ involuntarySwitches }) => involuntarySwitches)
  return count === undefined ? undefined : (count / blocks.length).toFixed(0)
}
