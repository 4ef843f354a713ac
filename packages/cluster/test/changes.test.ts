import { describe, expect, it } from 'vitest'
import { changedFields } from '../src/dapr/changed-fields.js'
import { describeChanges, type PlannedChange } from '../src/dapr/planned-changes.js'

const statefulSet = (spec: object, metadata: object = {}) => ({ kind: 'StatefulSet', metadata, spec })

describe('the fields that an upgrade changes', () => {
  it.each([
    [statefulSet({ replicas: 3 }), statefulSet({ replicas: 1 }), ['spec.replicas: 3 → 1']],
    [statefulSet({ paused: true }), statefulSet({}), ['spec.paused: true → none']],
    [
      statefulSet({ template: { spec: { containers: [{ name: 'a' }] } } }),
      statefulSet({ template: { spec: { containers: [] } } }),
      ['spec.template.spec.containers'],
    ],
    [statefulSet({}, { labels: { a: '1' } }), statefulSet({}, { labels: { a: '2' } }), ['metadata.labels.a']],
  ])('from %j to %j', (before, after, fields) => {
    expect(changedFields(before, after)).toEqual(fields)
  })

  it('do not hold what Kubernetes writes', () => {
    const at = (text: string) => ({
      creationTimestamp: new Date(text),
      generation: text,
      managedFields: [text],
    })
    const before = { ...statefulSet({ replicas: 1 }, at('2026-01-01')), status: { replicas: 0 } }
    const after = { ...statefulSet({ replicas: 1 }, at('2026-01-02')), status: { replicas: 1 } }
    expect(changedFields(before, after)).toEqual([])
  })

  it('never show a secret', () => {
    const secret = (data: string) => ({ kind: 'Secret', data: { 'issuer.key': data } })
    expect(changedFields(secret('QQ=='), secret('Qg=='))).toEqual(['data.issuer.key'])
  })
})

describe('a planned change', () => {
  const object = { kind: 'StatefulSet', metadata: { name: 'dapr-placement-server' } }
  it.each<[Omit<PlannedChange, 'object'>, string]>([
    [{ action: 'delete', fields: [] }, 'StatefulSet dapr-placement-server: deleted'],
    [
      { action: 'replace', fields: [] },
      'StatefulSet dapr-placement-server: deleted and created again, without its data',
    ],
    [{ action: 'change', fields: ['a', 'b'] }, 'StatefulSet dapr-placement-server: changed (a, b)'],
    [
      { action: 'change', fields: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
      'StatefulSet dapr-placement-server: changed (a, b, c, d, e, and 2 more)',
    ],
    [
      { action: 'change', fields: [], refusal: 'quota exceeded' },
      'StatefulSet dapr-placement-server: Kubernetes would not accept it: quota exceeded',
    ],
  ])('%j is named', (change, line) => {
    expect(describeChanges([{ object, ...change }])).toEqual([line])
  })

  it('of labels alone is only counted: an upgrade changes those of every object', () => {
    const relabelled: PlannedChange = { object, action: 'change', fields: ['metadata.labels.version'] }
    const deleted: PlannedChange = { object, action: 'delete', fields: [] }
    expect(describeChanges([relabelled, deleted, relabelled])).toEqual([
      'StatefulSet dapr-placement-server: deleted',
      'labels or annotations of 2 more objects: changed',
    ])
  })
})
