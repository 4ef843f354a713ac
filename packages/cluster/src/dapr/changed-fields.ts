import { isDeepStrictEqual } from 'node:util'
import { isFields } from './three-way-merge.js'

/** What Kubernetes itself writes. */
const notOurs = [
  'status',
  'metadata.managedFields',
  'metadata.resourceVersion',
  'metadata.generation',
  'metadata.creationTimestamp',
]

/** The fields in which two states of an object differ, such as `spec.replicas: 3 → 1`. Values are shown only below spec. */
export function changedFields(before: object, after: object): string[] {
  return differences(plain(before), plain(after), [])
}

const plain = (value: object) => JSON.parse(JSON.stringify(value))

function differences(before: unknown, after: unknown, path: string[]): string[] {
  const where = path.join('.')
  if (notOurs.includes(where) || isDeepStrictEqual(before, after)) return []
  if (!isFields(before) || !isFields(after)) {
    const isShown = path[0] === 'spec' && [before, after].every((value) => typeof value !== 'object')
    return [isShown ? `${where}: ${before ?? 'none'} → ${after ?? 'none'}` : where]
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.flatMap((key) => differences(before[key], after[key], [...path, key]))
}
