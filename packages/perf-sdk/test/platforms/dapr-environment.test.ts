import { expect, it } from 'vitest'
import { componentOfFile } from '../../src/description/component.js'
import { daprEnvironment } from '../../src/platforms/dapr-environment.js'
import { resourceOf } from '../ab/resources.js'

it('what was given as files is recorded whole, with the names of secrets and without their values', () => {
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"value":"hunter2"}' }
  const metadata = [
    { name: 'redisPassword', secretKeyRef: { name: 'redis', key: 'password' } },
    { name: 'sentinelPassword', value: 'hunter2' },
    { name: 'redisUsername', envRef: 'REDIS_USER' },
  ]
  const store = resourceOf('store', 'state.redis', {
    spec: { ignoreErrors: true, initTimeout: '30s', metadata },
    auth: { secretStore: 'vault' },
    scopes: ['tester'],
  })
  const document = { ...store.document, metadata: { name: 'store', annotations } }
  const spec = { policies: { timeouts: { fast: '1s' } } }
  const policies = resourceOf('policies', undefined, { kind: 'Resiliency', spec })
  const { components, resources } = daprEnvironment({
    components: [componentOfFile({ ...store, document })],
    resources: [policies],
    configuration: {},
  })
  expect(JSON.stringify({ components, resources })).not.toContain('hunter2')
  expect(resources).toEqual([
    {
      apiVersion: 'dapr.io/v1alpha1',
      kind: 'Component',
      metadata: { name: 'store' },
      spec: {
        type: 'state.redis',
        version: 'v1',
        ignoreErrors: true,
        initTimeout: '30s',
        metadata: [metadata[0], { name: 'sentinelPassword', value: '***' }, metadata[2]],
      },
      auth: { secretStore: 'vault' },
      scopes: ['tester'],
    },
    { apiVersion: 'dapr.io/v1alpha1', kind: 'Resiliency', metadata: { name: 'policies' }, spec },
  ])
})
