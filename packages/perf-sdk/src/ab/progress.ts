import type { AbPlan } from '../model/block.js'
import type { RunEvent } from '../model/event.js'
import type { AbResult } from '../results/ab-schema.js'
import { type MetricName, metrics } from './metrics.js'

/** A comparison's progress before its next block: the time left, and the intervals of the last look. */
export function progressOf(
  name: string,
  { blocks, answers }: Pick<AbResult, 'blocks' | 'answers'>,
  { blocks: total, blockSeconds, gate }: AbPlan,
): RunEvent {
  const left = Math.ceil((total - blocks.length) * blockSeconds)
  const known = gate.flatMap((metric) => {
    const answer = answers[metric]
    return answer ? [`${metrics[metric as MetricName].title} ${changeText(answer.change)}`] : []
  })
  const until = `at most ${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')} left`
  return {
    kind: 'progress',
    what: `${name}: blocks`,
    done: blocks.length,
    total,
    detail: [until, ...known].join(', '),
  }
}

/** `+3.1 % (2.2 to 4.0 %)` */
export function changeText({
  estimate,
  interval: { low, high },
}: AbResult['answers'][string]['change']): string {
  return `${percent(estimate, '+')} % (${percent(low)} to ${percent(high)} %)`
}

/** In percent, with a digit more where the interval is narrow. */
export function percent(share: number, plus = ''): string {
  const digits = Math.abs(share) < 0.0095 ? 2 : 1
  const text = Math.abs(share * 100).toFixed(digits)
  const sign = share < 0 && Number(text) !== 0 ? '−' : plus
  return `${sign}${text}`
}
