import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { missingRights, neededRules } from '../../../../src/platforms/kubernetes/ownership/rights.js'

const manifest = join(import.meta.dirname, '../../../../../../docs/kubernetes-rights.yaml')
const role = parseAllDocuments(readFileSync(manifest, 'utf8'))
  .map((document) => document.toJS())
  .find(({ kind }) => kind === 'Role')

describe('the manifest of the rights', () => {
  it('grants all that a run needs', () => {
    expect(missingRights(role.rules)).toEqual([])
  })

  it('grants no more than that, and what a run can do without', () => {
    const optional = [
      { apiGroups: [''], resources: ['events'], verbs: ['list', 'watch'] },
      { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
      { apiGroups: ['metrics.k8s.io'], resources: ['pods'], verbs: ['list'] },
    ]
    expect(role.rules).toEqual([...neededRules, ...optional])
  })
})

it('rights that are missing are named, each with its resource', () => {
  const granted = neededRules.filter(({ resources }) => !resources.includes('secrets'))
  expect(missingRights(granted)).toEqual(['create, deletecollection secrets'])
  expect(missingRights([{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }])).toEqual([])
})
