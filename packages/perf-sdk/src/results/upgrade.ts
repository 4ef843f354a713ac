import { z } from 'zod'

const load = z.looseObject({
  variant: z.string(),
  outcomes: z.array(z.looseObject({ count: z.int() })),
  late: z.object({ percent: z.number().optional(), worstMs: z.number() }).optional(),
})
type Load = z.output<typeof load>

/** What of version 2 has another form since. */
const version2 = z.looseObject({
  loads: z.array(load),
  variants: z.record(z.string(), z.looseObject({})),
})

/**
 * Brings the result of a run into the current form. What a result of an earlier version doesn't have is absent.
 *
 * @param value what its file holds; unchanged if it is not of version 2
 * @returns what is to be checked with the schema of the current version
 * @throws ZodError that names the field that is not as it was in version 2
 */
export function upgrade(value: unknown): unknown {
  if (!z.object({ schemaVersion: z.literal(2) }).safeParse(value).success) return value
  const { loads, variants, ...result } = version2.parse(value)
  return {
    ...result,
    schemaVersion: 3,
    loads: loads.map(({ late: _, ...one }, index) => ({ ...one, ...lateOf(loads.slice(index, index + 1)) })),
    variants: Object.fromEntries(
      Object.entries(variants).map(([name, { late: _, ...summary }]) => [
        name,
        { ...summary, ...lateOf(loads.filter(({ variant }) => variant === name)) },
      ]),
    ),
  }
}

/**
 * Late sends of all these loads. Version 2 had their share in percent, and of several loads only the largest; it knew no
 * more than "at most 5 %" where fortio itself had made a load.
 */
function lateOf(loads: Load[]) {
  const known = loads.flatMap(({ outcomes, late }) => {
    const requests = outcomes.reduce((sum, { count }) => sum + count, 0)
    return late?.percent === undefined
      ? []
      : { requests, count: Math.round((late.percent / 100) * requests), worstMs: late.worstMs }
  })
  if (known.length === 0 || known.length < loads.length) return undefined
  const sum = (of: (one: (typeof known)[number]) => number) =>
    known.reduce((total, one) => total + of(one), 0)
  const [count, requests] = [sum((one) => one.count), sum((one) => one.requests)]
  return {
    late: {
      count,
      percent: (count / requests) * 100,
      worstMs: Math.max(...known.map(({ worstMs }) => worstMs)),
    },
  }
}
