const found = 'it was found, not set'
const ofThisRun = 'it is of this run only'

/**
 * The paths in result.json that are not compared between runs, each with the reason; `*` is any entry of an array. All else is
 * compared, so that a field that is added later is, too.
 */
export const notCompared: Record<string, string> = {
  schemaVersion: 'it says how the file is written',
  case: 'runs of the same case are compared',
  description: 'it is a text for people',
  run: ofThisRun,
  startedAt: ofThisRun,
  endedAt: ofThisRun,
  seed: 'it is drawn for each run',
  outcome: found,
  error: found,
  variants: found,
  comparisons: found,
  checks: found,
  budget: 'it decides the outcome, not the figures',
  warnings: found,
  'loads.*.round': 'rounds are counted',
  'loads.*.startedAt': ofThisRun,
  'loads.*.file': ofThisRun,
  'loads.*.seconds': found,
  'loads.*.achievedRate': found,
  'loads.*.due': 'it follows from the rate and the time',
  'loads.*.sentInTime': found,
  'loads.*.late': found,
  'loads.*.sent': found,
  'loads.*.outcomes': found,
  'loads.*.warnings': found,
  'loads.*.generatorDelay': found,
  'loads.*.extraConnections': found,
  'loads.*.machine.seconds': found,
  'loads.*.machine.busySeconds': found,
  'loads.*.machine.busyShare': found,
  'loads.*.machine.generatorSeconds': found,
  'loads.*.machine.stealSeconds': found,
  'loads.*.machine.othersSeconds': found,
  'loads.*.usage': 'it was found; where its CPU times come from is compared',
  'environment.programs.daprd': 'it is what is compared',
  'environment.host.loadAverage': 'it was found; what other processes use during a load is shown with it',
  'environment.cluster.namespace': 'it is a name',
}

/** A value as JSON has it: without undefined fields, and without what is not compared. */
export function withoutNotCompared(value: unknown, path: string[] = []): unknown {
  if (Array.isArray(value)) return value.map((entry) => withoutNotCompared(entry, [...path, '*']))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => {
      const own = [...path, name]
      const isLeftOut = field === undefined || own.join('.') in notCompared
      return isLeftOut ? [] : [[name, withoutNotCompared(field, own)]]
    }),
  )
}
