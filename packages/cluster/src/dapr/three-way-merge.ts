/** The fields of a Kubernetes object, or of one of its parts. */
interface Fields {
  [key: string]: unknown
}

/**
 * What an object becomes when Helm upgrades it: what the chart sets is set, what only the earlier chart set is removed, and
 * all else, such as what a controller has added, stays. In lists, items with a name are merged by name; other lists are
 * replaced as a whole.
 *
 * @param earlier the object of the earlier chart, next that of the new one, live the one in the cluster
 */
export function threeWayMerge(earlier: object, next: object, live: object): object {
  const merged: Fields = { ...live }
  for (const key of Object.keys(earlier)) if (!isGiven((next as Fields)[key])) delete merged[key]
  for (const [key, value] of Object.entries(next).filter(([, given]) => isGiven(given)))
    merged[key] = mergeValue((earlier as Fields)[key], value, (live as Fields)[key])
  return merged
}

const isGiven = (value: unknown) => value !== undefined && value !== null

function mergeValue(earlier: unknown, next: unknown, live: unknown): unknown {
  if (isFields(next) && isFields(live)) return threeWayMerge(isFields(earlier) ? earlier : {}, next, live)
  if (!isNamedList(next) || !isNamedList(live)) return next
  const before = isNamedList(earlier) ? earlier : []
  const find = (list: Named[], name: string) => list.find((item) => item.name === name)
  const added = live.filter(({ name }) => !find(next, name) && !find(before, name))
  return [
    ...next.map((item) => threeWayMerge(find(before, item.name) ?? {}, item, find(live, item.name) ?? {})),
    ...added,
  ]
}

interface Named extends Fields {
  name: string
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isNamedList = (value: unknown): value is Named[] =>
  Array.isArray(value) && value.every((item) => isFields(item) && typeof item.name === 'string')
