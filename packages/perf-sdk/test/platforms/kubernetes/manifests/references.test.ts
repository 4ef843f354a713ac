import { expect, it } from 'vitest'
import { withNamesOfRun } from '../../../../src/platforms/kubernetes/manifests/references.js'

const names = { components: ['store', 'bus', 'vault'], apps: ['testapp'], of: (name: string) => `${name}-x` }
const renamed = (kind: string, fields: { spec: object; auth?: object }) =>
  withNamesOfRun({ apiVersion: 'dapr.io/v1alpha1', kind, ...fields }, names)

it('a component refers to the secret store and the pub/sub of the run, and keeps all other values', () => {
  const metadata = [
    { name: 'outboxPublishPubsub', value: 'bus' },
    { name: 'OutboxPubsub', value: 'elsewhere' },
    { name: 'keyPrefix', value: 'store' },
    { name: 'redisPassword', secretKeyRef: { name: 'vault', key: 'store' } },
  ]
  const spec = { type: 'state.redis', ignoreErrors: true, metadata }
  expect(renamed('Component', { spec, auth: { secretStore: 'vault' } })).toEqual({
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Component',
    spec: { ...spec, metadata: [{ name: 'outboxPublishPubsub', value: 'bus-x' }, ...metadata.slice(1)] },
    auth: { secretStore: 'vault-x' },
  })
  expect(renamed('Component', { spec: { type: 'a.b' }, auth: { secretStore: 'kubernetes' } })).toMatchObject({
    auth: { secretStore: 'kubernetes' },
  })
})

it('a Resiliency refers to the apps and components of the run, and keeps all others', () => {
  const policies = { retries: { store: { policy: 'constant' } } }
  const targets = {
    apps: { testapp: { retry: 'store' }, elsewhere: {} },
    components: { store: { outbound: { retry: 'store' } }, testapp: {} },
    actors: { store: {} },
  }
  expect(renamed('Resiliency', { spec: { policies, targets } }).spec).toEqual({
    policies,
    targets: {
      apps: { 'testapp-x': { retry: 'store' }, elsewhere: {} },
      components: { 'store-x': { outbound: { retry: 'store' } }, testapp: {} },
      actors: { store: {} },
    },
  })
  expect(renamed('Resiliency', { spec: { policies } }).spec).toEqual({ policies })
})

it('a Subscription refers to the pub/sub of the run', () => {
  const spec = { pubsubname: 'bus', topic: 'bus' }
  expect(renamed('Subscription', { spec }).spec).toEqual({ pubsubname: 'bus-x', topic: 'bus' })
})

it('a Configuration refers to the middleware, the secret stores and the apps of the run', () => {
  const spec = {
    tracing: { samplingRate: '1' },
    httpPipeline: { handlers: [{ name: 'store', type: 'middleware.http.any' }] },
    appHttpPipeline: { handlers: [{ name: 'elsewhere', type: 'middleware.http.any' }] },
    secrets: { scopes: [{ storeName: 'vault', defaultAccess: 'deny' }] },
    accessControl: { defaultAction: 'deny', policies: [{ appId: 'testapp', defaultAction: 'allow' }] },
  }
  expect(renamed('Configuration', { spec }).spec).toEqual({
    ...spec,
    httpPipeline: { handlers: [{ name: 'store-x', type: 'middleware.http.any' }] },
    secrets: { scopes: [{ storeName: 'vault-x', defaultAccess: 'deny' }] },
    accessControl: { defaultAction: 'deny', policies: [{ appId: 'testapp-x', defaultAction: 'allow' }] },
  })
})
