import { type Cluster, ignoreNotFound, isNotFound, KubernetesError } from '@dapr-perf/kubernetes'
import type { KubernetesObject } from '@kubernetes/client-node'
import { changedFields } from './changed-fields.js'
import { threeWayMerge } from './three-way-merge.js'

const maxFieldsShown = 5
const invalid = 422

/** What an upgrade of a Helm release does with an object. To replace means to delete it and to create it again. */
export interface PlannedChange {
  object: KubernetesObject
  action: 'create' | 'change' | 'replace' | 'delete'
  /** The changed fields; see `changedFields`. */
  fields: string[]
  /** Why Kubernetes would not accept it. */
  refusal?: string
}

/** The objects of a chart, of its release before the upgrade, and those of other releases that the upgrade may replace. */
export interface Upgrade {
  namespace: string
  next: KubernetesObject[]
  earlier: KubernetesObject[]
  replaceable: KubernetesObject[]
  /** Whether a change of these fields needs a new object. */
  mustReplace: (object: KubernetesObject, fields: string[]) => boolean
}

/** Finds out what an upgrade would change, and lets the API server check it without changing anything (a dry run). */
export async function planChanges(cluster: Cluster, upgrade: Upgrade): Promise<PlannedChange[]> {
  const { namespace, next, earlier, replaceable } = upgrade
  const inNamespace = (object: KubernetesObject) => ({
    ...object,
    metadata: { namespace, ...object.metadata },
  })
  const keyOf = ({ apiVersion = '', kind, metadata }: KubernetesObject) =>
    JSON.stringify([
      apiVersion.replace(/\/?[^/]*$/, ''),
      kind,
      metadata?.namespace ?? namespace,
      metadata?.name,
    ])
  const before = new Map(earlier.map((object) => [keyOf(object), object]))
  const mayReplace = new Set(replaceable.map((object) => object.metadata?.uid))
  const changes = await Promise.all(
    next.map((object) =>
      changeOf(cluster, inNamespace(object), { ...upgrade, earlier: before.get(keyOf(object)), mayReplace }),
    ),
  )
  const kept = new Set(next.map(keyOf))
  const deleted = earlier.filter((object) => !kept.has(keyOf(object)))
  return [
    ...changes.filter((change) => change !== undefined),
    ...deleted.map((object): PlannedChange => ({ object, action: 'delete', fields: [] })),
  ]
}

/** A line for each change, except those of labels and annotations alone, which share one. */
export function describeChanges(changes: PlannedChange[]): string[] {
  const isMinor = ({ action, fields, refusal }: PlannedChange) =>
    action === 'change' && !refusal && fields.every((field) => field.startsWith('metadata.'))
  const minor = changes.filter(isMinor).length
  return [
    ...changes.filter((change) => !isMinor(change)).map(describeChange),
    ...(minor > 0 ? [`labels or annotations of ${minor} more objects: changed`] : []),
  ]
}

/** `PodDisruptionBudget dapr-sentry-budget: deleted` */
function describeChange({ object, action, fields, refusal }: PlannedChange): string {
  const more = fields.length > maxFieldsShown ? `, and ${fields.length - maxFieldsShown} more` : ''
  const what = {
    create: 'created',
    change: `changed (${fields.slice(0, maxFieldsShown).join(', ')}${more})`,
    replace: 'deleted and created again, without its data',
    delete: 'deleted',
  }[action]
  const name = `${object.kind} ${object.metadata?.name}`
  return refusal ? `${name}: Kubernetes would not accept it: ${refusal}` : `${name}: ${what}`
}

interface ObjectUpgrade extends Pick<Upgrade, 'mustReplace'> {
  earlier: KubernetesObject | undefined
  mayReplace: Set<string | undefined>
}

/** @returns undefined where nothing would change */
async function changeOf(
  cluster: Cluster,
  object: KubernetesObject,
  { earlier, mayReplace, mustReplace }: ObjectUpgrade,
): Promise<PlannedChange | undefined> {
  const header = object as Required<Pick<KubernetesObject, 'apiVersion' | 'kind'>> & {
    metadata: { name: string; namespace: string }
  }
  const live = await ignoreNotFound(cluster.objects.read(header))
  if (!live) return { object, action: 'create', fields: [], ...(await refusalToCreate(cluster, object)) }
  if (!earlier && !mayReplace.has(live.metadata?.uid))
    return { object, action: 'change', fields: [], refusal: 'it exists, and belongs to no release of Dapr' }
  const merged = threeWayMerge(earlier ?? {}, object, live) as KubernetesObject
  try {
    const after = await cluster.objects.replace(merged, ...dryRun)
    const fields = changedFields(live, after)
    if (fields.length === 0) return undefined
    if (!mustReplace(object, fields)) return { object, action: 'change', fields }
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error
    // What can't be changed in a StatefulSet can be in a new one.
    if (object.kind !== 'StatefulSet' || error.statusCode !== invalid)
      return { object, action: 'change', fields: [], refusal: error.message }
  }
  const probe = { ...object, metadata: { ...object.metadata, name: `${object.metadata?.name}-dry-run` } }
  return { object, action: 'replace', fields: [], ...(await refusalToCreate(cluster, probe)) }
}

const dryRun = [undefined, 'All'] as const

async function refusalToCreate(cluster: Cluster, object: KubernetesObject): Promise<{ refusal?: string }> {
  try {
    await cluster.objects.create(object, ...dryRun)
    return {}
  } catch (error) {
    if (isNotFound(error)) return {} // its kind comes with the chart
    if (error instanceof KubernetesError) return { refusal: error.message }
    throw error
  }
}
