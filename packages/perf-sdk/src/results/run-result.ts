import type { Outcome } from '../model/outcome.js'
import type { Summary } from '../model/summary.js'
import { summarize, valueAt } from '../statistics/summary.js'
import { withOthers } from './machine.js'
import { fromStored, type Line, type LineOf, linesOf, notFinished, warningsOf } from './observations.js'
import { type Result, type ResultLoad, schemaVersion } from './schema.js'

type StoredLoad = LineOf<'load'>

/** result.json of a run, made from its lines. One without an end was killed, or still runs. */
export function runResult(lines: Line[]): Result {
  const [start] = linesOf(lines, 'run')
  if (!start) throw new RangeError('the lines of a run begin with its start')
  const { kind: _, apps, ...head } = start
  const loads = linesOf(lines, 'load')
  const environment = linesOf(lines, 'environment').at(-1)?.environment
  const { kind: __, ...evaluated } = linesOf(lines, 'evaluated').at(-1) ?? unevaluated(loads)
  const { kind: ___, ...end } = linesOf(lines, 'end').at(-1) ?? notFinished(lines)
  const known = { apps, environment }
  return {
    schemaVersion,
    ...head,
    ...end,
    ...(environment && { environment }),
    ...warningsOf(lines),
    loads: loads.map((load) => resultLoad(load, known)),
    ...evaluated,
    variants: Object.fromEntries(
      Object.entries(evaluated.variants).map(([variant, summary]) => [variant, withOthers(summary, known)]),
    ),
  }
}

/** The outcome of a case that could be finished: what the first check says that is not met. */
export function outcomeOf({ checks, budget }: Pick<LineOf<'evaluated'>, 'checks' | 'budget'>): Outcome {
  const decisive = budget?.enforced ? [...checks, budget] : checks
  const missed = decisive.find(({ passed }) => !passed)
  return missed ? (missed.ifNotMet ?? 'failed') : 'passed'
}

const unevaluated = (loads: StoredLoad[]): LineOf<'evaluated'> => ({
  kind: 'evaluated',
  variants: summariesOf(loads),
  comparisons: [],
  checks: [],
})

/** What was measured of each variant. */
function summariesOf(loads: StoredLoad[]): Record<string, Summary> {
  const variants = [...new Set(loads.map(({ variant }) => variant))]
  return Object.fromEntries(
    variants.map((variant) => [variant, summarizeStored(loads.filter((load) => load.variant === variant))]),
  )
}

const summarizeStored = (loads: StoredLoad[]) =>
  summarize(loads.map(({ result, usage }) => ({ result: fromStored(result), usage })))

function resultLoad(load: StoredLoad, known: Parameters<typeof withOthers>[1]): ResultLoad {
  const { variant, round, startedAt, usage, file } = load
  const { histogram: _, bodyBytes: __, rated, ...fields } = load.result
  const { due, sentInTime, late, generatorDelay, machine } = withOthers(summarizeStored([load]), known)
  return {
    variant,
    round,
    startedAt,
    ...fields,
    ...(rated && { arrivals: rated.arrivals, due, sentInTime, late }),
    ...(generatorDelay && {
      generatorDelay: {
        p50: valueAt(50, generatorDelay),
        p99: valueAt(99, generatorDelay),
        max: generatorDelay.max,
      },
    }),
    machine,
    usage,
    file,
  }
}
