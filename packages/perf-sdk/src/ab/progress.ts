import type { AbPlan, Block } from '../model/block.js'
import type { RunEvent } from '../model/event.js'
import type { Answers } from './answers.js'
import type { MetricName } from './metrics.js'

/** A comparison's progress before its next block: the time left, and what the last look says. */
export function progressOf(
  { blocks, answers }: { blocks: Block[]; answers: Answers },
  { blocks: total, blockSeconds, gate }: AbPlan,
): RunEvent {
  return {
    kind: 'blocks',
    done: blocks.length,
    total,
    secondsLeft: (total - blocks.length) * blockSeconds,
    changes: gate.flatMap((metric) => {
      const answer = answers[metric as MetricName]
      return answer ? [{ metric, ...answer.change }] : []
    }),
  }
}
