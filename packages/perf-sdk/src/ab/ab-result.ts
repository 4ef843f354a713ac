import type { VariantName } from '../model/block.js'
import { type AbResult, abSchemaVersion } from '../results/ab-schema.js'
import {
  type Line,
  linesOf,
  notFinished,
  warningsOf,
} from '../results/observations.js'
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
    ...warningsOf(lines),
    plan,
    trial: trial?.block,
    blocks: measured,
    answers: answersFrom({ plan, blocks: measured, ...('end' in end && { end: end.end }) }),
  }
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
