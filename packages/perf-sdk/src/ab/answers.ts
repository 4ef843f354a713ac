import { DaprPerfError } from '@dapr-perf/errors'
import type { AbPlan, Block } from '../model/block.js'
import type { AbResult } from '../results/ab-schema.js'
import { evaluate, type MetricAnswer } from '../statistics/evaluate.js'
import { endLooksAt, type LookPlan, planLooks } from '../statistics/looks.js'
import { type MetricName, metricNames, metrics } from './metrics.js'

export type Answers = Partial<Record<MetricName, MetricAnswer>>

/** The numbers of blocks after which the metrics are looked at. */
export const looksOf = (plan: AbPlan): number[] =>
  planLooks(plan.blocks, plan.alpha, plan.gate.length).looks.map(({ blocks }) => blocks)

/** The answers of the last look, computed from a result's blocks. */
export function answersFrom({ plan, blocks, end }: Pick<AbResult, 'plan' | 'blocks' | 'end'>): Answers {
  if (!plan) return {}
  if (end === 'time') return answersAt(plan, blocks, true)
  const last = looksOf(plan).findLast((look) => look <= blocks.length)
  return last === undefined ? {} : answersAt(plan, blocks.slice(0, last), false)
}

/**
 * What the blocks say at a look. The metrics of the gate share α, and so do, for themselves, those that are only shown.
 * A metric that some block doesn't know has no answer.
 *
 * @param blocks those until the look
 * @param isLast whether no other look follows, however many blocks were planned
 */
function answersAt(plan: AbPlan, blocks: Block[], isLast: boolean): Answers {
  const shown = metricNames.filter((name) => !plan.gate.includes(name))
  return {
    ...answersOf(plan.gate as MetricName[], plan, blocks, isLast),
    ...answersOf(shown, plan, blocks, isLast),
  }
}

function answersOf(names: MetricName[], plan: AbPlan, blocks: Block[], isLast: boolean): Answers {
  if (names.length === 0) return {}
  const planned = planLooks(plan.blocks, plan.alpha, names.length)
  const looks: LookPlan = isLast ? endLooksAt(blocks.length, planned) : planned
  const index = looks.looks.findIndex((look) => look.blocks === blocks.length)
  return Object.fromEntries(
    names.flatMap((name) => {
      const ratios = logRatiosOf(blocks, name)
      return ratios ? [[name, evaluate(ratios, looks, index, plan.minEffect[name] as number)]] : []
    }),
  )
}

/** @throws DaprPerfError if a block doesn't know a metric of the gate, which could then not be answered */
export function checkKnown(gate: MetricName[], { variants }: Block): void {
  for (const metric of gate)
    for (const variant of Object.values(variants)) {
      if (metrics[metric].of(variant)) continue
      throw new DaprPerfError(
        `${metrics[metric].title} is not known in a block of ${variant.requests} requests of a variant: choose other metrics with --gate`,
      )
    }
}

/** ln(B/A) of each block; undefined where one of them doesn't know it. */
export function logRatiosOf(blocks: Block[], name: MetricName): number[] | undefined {
  const ratios = blocks.map(({ variants: { a, b } }) => {
    const [one, other] = [metrics[name].of(a), metrics[name].of(b)]
    return one && other ? Math.log(other / one) : undefined
  })
  return ratios.includes(undefined) ? undefined : (ratios as number[])
}
