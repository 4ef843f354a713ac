import { expect, it } from 'vitest'
import { appDescription } from '../../src/description/app.js'
import { componentDescription, componentOfFile } from '../../src/description/component.js'
import { daprEnvironment } from '../../src/platforms/dapr-environment.js'
import { resourceOf } from '../ab/resources.js'

const environmentOf = (app: object, component: object = {}) =>
  daprEnvironment({
    apps: [appDescription.parse({ appName: 'hello', command: ['node', 'hello.mjs'], ...app })],
    components: [componentDescription.parse({ name: 'store', typeName: 'state.redis', ...component })],
    configuration: {},
  })

it('every field of a component is recorded, also one that is not known yet', () => {
  const given = { version: 'v2', scopes: ['hello'], metadata: { redisPassword: 'hunter2' } }
  const [component] = environmentOf({}, given).components
  expect(component).toEqual({
    name: 'store',
    type: 'state.redis',
    version: 'v2',
    scopes: ['hello'],
    metadata: { redisPassword: '***' },
  })
  const later = { ...componentDescription.parse({ name: 'a', typeName: 'b.c' }), initTimeout: '9s' }
  const { components } = daprEnvironment({ apps: [], components: [later], configuration: {} })
  expect(components).toMatchObject([{ initTimeout: '9s' }])
})

it('what a case sets for an app and its sidecar is recorded, without secrets', () => {
  const { apps } = environmentOf({
    command: ['nice', '-n', '10', 'hello', '--token', 'hunter2'],
    daprMemoryLimit: '64Mi',
    debugLoggingEnabled: true,
    daprEnv: { GOGC: '10' }, // beside its variables, in programs
  })
  expect(apps?.hello).toMatchObject({
    command: ['nice', '-n', '10', 'hello', '--token', '***'],
    daprMemoryLimit: '64Mi',
    debugLoggingEnabled: true,
    metricsEnabled: true,
    replicas: 1,
  })
  expect(apps?.hello).not.toHaveProperty('daprEnv')
})

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
    apps: [],
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
