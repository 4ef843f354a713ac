/** Labels of everything that this program puts into a cluster. */
export const managedBy = { 'app.kubernetes.io/managed-by': 'dapr-perf' } as const

/** The label that says which run an object belongs to. What belongs to no run, such as Redis, has none. */
export const runLabel = 'dapr-perf/run'
/** The label that says which app of a case a pod or a Service is. */
export const appLabel = 'dapr-perf/app'

/** A label selector: `key=value,…`, and a key alone, which has to be there, where the value is true. */
export function selector(labels: Record<string, string | true>): string {
  return Object.entries(labels)
    .map(([key, value]) => (value === true ? key : `${key}=${value}`))
    .join(',')
}
