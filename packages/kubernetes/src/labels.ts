import type { KubernetesObject } from '@kubernetes/client-node'

/** The label of everything that dapr-perf creates in a cluster. */
export const managedBy = { 'app.kubernetes.io/managed-by': 'dapr-perf' } as const

/** The label of what a Helm release of dapr-perf has created, whose `managedBy` names Helm, and of the CRDs that came with it. */
export const installed = { 'dapr-perf/installed-by': 'dapr-perf' } as const

/** The label with the id of an object's run. Objects that belong to no run, such as Redis, don't have it. */
export const runLabel = 'dapr-perf/run'
/** The label with the part of a run that an object belongs to; only runs in which variants run side by side have parts. */
export const partLabel = 'dapr-perf/part'
/** The label with the name of a pod's or a Service's app. */
export const appLabel = 'dapr-perf/app'

/** Whether an object has the label. */
export function hasLabel(object: KubernetesObject, label: Record<string, string>): boolean {
  return Object.entries(label).every(([key, value]) => object.metadata?.labels?.[key] === value)
}

/** A label selector: `key=value,…`; a value of true selects any value of the key. */
export function selector(labels: Record<string, string | true>): string {
  return Object.entries(labels)
    .map(([key, value]) => (value === true ? key : `${key}=${value}`))
    .join(',')
}
