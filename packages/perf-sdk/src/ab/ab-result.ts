import { reopenedPercent } from '../checks/connections.js'
import { mostReopenedPercent } from '../checks/limits.js'
import type { VariantName } from '../model/block.js'
import { type AbResult, abSchemaVersion } from '../results/ab-schema.js'
import {
  fromStored,
  type Line,
  type LineOf,
  linesOf,
  notFinished,
  warningsOf,
} from '../results/observations.js'
import { summarize } from '../statistics/summary.js'
import { answersFrom } from './answers.js'

/** result.json of a comparison, made from its lines. One without an end was killed, or still runs. */
export function abResult(lines: Line[]): AbResult {
  const [start] = linesOf(lines, 'ab')
  if (!start) throw new RangeError('the lines of a comparison begin with its start')
  const { kind: _, sides, ...head } = start
  const plan = linesOf(lines, 'plan').at(-1)?.plan
  const blocks = linesOf(lines, 'block')
  const trial = blocks.find(({ number }) => number === 0)
  const measured = blocks.filter(({ number }) => number > 0).map(({ block }) => block)
  const { kind: __, ...end } = linesOf(lines, 'ab-end').at(-1) ?? notFinished(lines)
  return {
    kind: 'ab',
    schemaVersion: abSchemaVersion,
    ...head,
    ...end,
    sides: { a: { ...sides.a, ...ranIn(lines, 'a') }, b: { ...sides.b, ...ranIn(lines, 'b') } },
    ...warningsOf([...lines, ...connectionWarnings(blocks)]),
    plan,
    trial: trial?.block,
    blocks: measured,
    answers: answersFrom({ plan, blocks: measured, ...('end' in end && { end: end.end }) }),
  }
}

/** Of variants to whose sidecars connections didn't stay open. */
function connectionWarnings(blocks: LineOf<'block'>[]): LineOf<'warning'>[] {
  return (['a', 'b'] as const).flatMap((name) => {
    const loads = blocks.flatMap((block) => block.loads[name])
    if (loads.length === 0) return []
    const summary = summarize(loads.map((load) => ({ result: fromStored(load), usage: {} })))
    const percent = reopenedPercent(summary) ?? 0
    const what = `${name.toUpperCase()}: ${percent.toFixed(0)} % of the requests needed a new connection, and its times include that`
    return percent > mostReopenedPercent ? [{ kind: 'warning', what }] : []
  })
}

/** What is known of a variant since it ran. */
function ranIn(lines: Line[], name: VariantName) {
  const environment = linesOf(lines, 'environment').find(({ variant }) => variant === name)?.environment
  const target = linesOf(lines, 'block')[0]?.loads[name][0]?.target
  const { version, image, imageID } = environment?.programs.daprd ?? {}
  return {
    ...(version && { version }),
    ...(image && { image }),
    ...(imageID && { imageID }),
    ...(target && { target }),
    ...(environment && { environment }),
  }
}
