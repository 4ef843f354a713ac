import { InputError } from '@dapr-perf/errors'
import { describe, expect, it } from 'vitest'
import { checkResources } from '../../src/ab/check-resources.js'
import type { SideSettings } from '../../src/ab/variant.js'
import { type TestDescription, TestRunner } from '../../src/case/test-runner.js'
import { testapp, tester } from '../../src/description/apps.js'
import type { DaprResource } from '../../src/description/dapr-resource.js'
import { target } from '../../src/description/target.js'
import { resourceOf } from './resources.js'

const targets = { baseline: target.app('testapp', '/test'), dapr: target.state('statestore', 'key') }
const stateCase: TestDescription = {
  description: 'a state store',
  components: [{ name: 'statestore', typeName: 'state' }],
  apps: [testapp(), tester()],
  targets,
}
const own = { appName: 'mine', command: ['node', 'app.mjs'], daprEnabled: true }

interface Options extends Partial<SideSettings> {
  of?: Partial<TestDescription>
  platform?: 'local' | 'kubernetes'
}

const check = (resources: DaprResource[], { of = {}, platform = 'local', ...settings }: Options = {}) =>
  checkResources({
    case: new TestRunner({ ...stateCase, ...of } as TestDescription).case,
    settings: { configuration: {}, env: {}, args: {}, resources, ...settings },
    platform,
  })

/** @returns the message of the error that it is refused with */
function refusal(...args: Parameters<typeof check>): string {
  try {
    check(...args)
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    return (error as Error).message
  }
  throw new Error('it is not refused')
}

const resiliency = (spec: Record<string, unknown>, scopes: string[] = []) =>
  resourceOf('policies', undefined, { kind: 'Resiliency', spec, scopes })
const often = { policies: { retries: { often: { policy: 'constant' } } } }
const subscription = (pubsubname: string) =>
  resourceOf('orders', undefined, { kind: 'Subscription', spec: { pubsubname, topic: 'orders' } })
const field = (name: string, fields: Record<string, unknown>) => ({ metadata: [{ name, ...fields }] })
const secret = field('redisPassword', { secretKeyRef: { name: 'redis', key: 'password' } })

describe('what nothing in the case uses is refused:', () => {
  it('a component of another name, with what the case has', () => {
    expect(refusal([resourceOf('inmemorystate', 'state.in-memory')])).toBe(
      "--b-component file.yaml: nothing in the case uses Component inmemorystate. The case's components: statestore (state); its apps with sidecars: tester",
    )
  })

  it.each([
    ['middleware in no pipeline', resourceOf('routes', 'middleware.http.routeralias')],
    ['a secret store that no component names', resourceOf('vault', 'secretstores.local.env')],
    ['a pub/sub component that nothing subscribes to', resourceOf('bus', 'pubsub.in-memory')],
    [
      'an output binding',
      resourceOf('mail', 'bindings.smtp', { spec: field('direction', { value: 'output' }) }),
    ],
    ['a Subscription of a pub/sub that is not there', subscription('bus')],
    ['a Subscription of a state store', subscription('statestore')],
    [
      'a Resiliency for other apps',
      resiliency({ ...often, targets: { apps: { orders: { retry: 'often' } } } }),
    ],
    [
      'a Resiliency for other components',
      resiliency({ ...often, targets: { components: { redis: { outbound: { retry: 'often' } } } } }),
    ],
    ['a Resiliency without targets', resiliency(often)],
    [
      'a Resiliency for an app without a sidecar',
      resiliency({ ...often, targets: { apps: { testapp: { retry: 'often' } } } }),
    ],
  ])('%s', (_, resource) => {
    expect(refusal([resource])).toContain(`nothing in the case uses ${resource.kind} ${resource.name}`)
  })

  it('also beside a file of which something is used', () => {
    const used = resourceOf('statestore', 'state.in-memory', { source: '--b-component used.yaml' })
    expect(refusal([used, resourceOf('redis', 'state.redis')])).toMatch(/^--b-component file\.yaml: nothing/)
  })
})

describe('it is said, and no more,', () => {
  it('where the rest of the file or folder is used', () => {
    const given = [resourceOf('statestore', 'state.in-memory'), resourceOf('bus', 'pubsub.in-memory')]
    expect(check(given)).toEqual([expect.stringContaining('nothing in the case uses Component bus. ')])
  })

  it.each([
    ['an app', { apps: [testapp(), tester(), own] }],
    ['a test function', { targets: undefined, test: async () => ({}) as never }],
  ])('where %s of its own may use it', (_, of) => {
    const notes = check([resourceOf('other', 'state.in-memory')], { of: of as Partial<TestDescription> })
    expect(notes).toEqual([expect.stringContaining('nothing in the case uses Component other. ')])
  })
})

it.each<[string, DaprResource[], Options?]>([
  ['a component of the case', [resourceOf('statestore', 'state.redis')]],
  ['an input binding', [resourceOf('often', 'bindings.cron')]],
  [
    'middleware of a pipeline of the side',
    [resourceOf('routes', 'middleware.http.routeralias')],
    {
      configuration: {
        httpPipeline: { handlers: [{ name: 'routes', type: 'middleware.http.routeralias' }] },
      },
    },
  ],
  [
    'middleware of a pipeline of the case',
    [resourceOf('limit', 'middleware.http.ratelimit')],
    { of: { configuration: { appHttpPipeline: { handlers: [{ name: 'limit' }] } } } },
  ],
  [
    'a secret store of a component in another file',
    [
      resourceOf('statestore', 'state.redis', { spec: secret, auth: { secretStore: 'vault' } }),
      resourceOf('vault', 'secretstores.local.env', { source: '--b-component vault.yaml' }),
    ],
  ],
  [
    "the pub/sub of a state store's outbox",
    [
      resourceOf('statestore', 'state.redis', { spec: field('outboxPublishPubsub', { value: 'bus' }) }),
      resourceOf('bus', 'pubsub.in-memory', { source: '--b-component bus.yaml' }),
    ],
  ],
  ['a pub/sub with a Subscription', [resourceOf('bus', 'pubsub.in-memory'), subscription('bus')]],
  [
    'a Resiliency for a component of the case',
    [resiliency({ ...often, targets: { components: { statestore: { outbound: { retry: 'often' } } } } })],
  ],
  [
    'a Resiliency for an app with a sidecar',
    [resiliency({ ...often, targets: { apps: { testapp: { retry: 'often' } } } })],
    { of: { apps: [testapp({ daprEnabled: true }), tester()] } },
  ],
  [
    'a Resiliency that changes a default',
    [resiliency({ policies: { timeouts: { DefaultComponentOutboundTimeoutPolicy: '1s' } } })],
  ],
  [
    'a Resiliency that changes what is built in',
    [
      resiliency({
        policies: { retries: { DaprBuiltInServiceRetries: { policy: 'constant', maxRetries: 0 } } },
      }),
    ],
  ],
])('is used: %s', (_, resources, options) => {
  expect(check(resources, options)).toEqual([])
})

describe('what would not be loaded is refused:', () => {
  it.each([
    ['a component', resourceOf('statestore', 'state.redis', { scopes: ['order-processor'] })],
    ['a Resiliency', resiliency({}, ['order-processor', 'testapp'])],
  ])('%s whose scopes name no app with a sidecar', (_, resource) => {
    expect(refusal([resource])).toBe(
      `--b-component file.yaml: ${resource.kind} ${resource.name}: its scopes (${resource.scopes.join(', ')}) name no app of the case that has a sidecar, which are: tester`,
    )
  })

  it('a component whose scopes leave out the sidecar that the loads call', () => {
    const resource = resourceOf('statestore', 'state.redis', { scopes: ['testapp'] })
    expect(refusal([resource], { of: { apps: [testapp({ daprEnabled: true }), tester()] } })).toContain(
      'its scopes (testapp) leave out tester, whose sidecar the loads call',
    )
  })

  it('two of a kind with one name, also with scopes of their own', () => {
    const twice = ['tester', 'testapp'].map((scope) =>
      resourceOf('statestore', 'state.redis', { scopes: [scope] }),
    )
    expect(refusal(twice)).toContain('there are two of this name')
  })

  it('a component of another building block than the one that it replaces', () => {
    expect(refusal([resourceOf('statestore', 'pubsub.redis')])).toContain(
      'its type is pubsub.redis, but in the case statestore is of type state',
    )
  })

  it.each<[string, RegExp | undefined, 'local' | 'kubernetes', string?]>([
    ['none', /needs auth\.secretStore/, 'local'],
    ['that of Kubernetes', /auth\.secretStore kubernetes is not there/, 'local', 'kubernetes'],
    ['one that is not there', /auth\.secretStore vault is not there/, 'kubernetes', 'vault'],
    ['no secret store', /statestore is no secret store, but of type state\.redis/, 'local', 'statestore'],
    ['none', undefined, 'kubernetes'],
    ['that of Kubernetes', undefined, 'kubernetes', 'kubernetes'],
  ])('a component with a secretKeyRef, and as its secret store %s: %s on %s', (_, reason, platform, name) => {
    const auth = name === undefined ? {} : { auth: { secretStore: name } }
    const resource = resourceOf('statestore', 'state.redis', { spec: secret, ...auth })
    if (reason) expect(refusal([resource], { platform })).toMatch(reason)
    else expect(check([resource], { platform })).toEqual([])
  })

  it.each<[string, RegExp | undefined, Options]>([
    ['REDIS_USER', /envRef REDIS_USER is no variable of the sidecar of tester/, {}],
    ['REDIS_USER', undefined, { env: { REDIS_USER: 'me' } }],
    ['REDIS_USER', undefined, { of: { apps: [testapp(), tester({ daprEnv: { REDIS_USER: 'me' } })] } }],
    ['PATH', undefined, {}],
    ['PATH', /envRef PATH/, { platform: 'kubernetes' }],
    ['DAPR_API_TOKEN', /daprd reads no envRef DAPR_API_TOKEN/, { env: { DAPR_API_TOKEN: 'x' } }],
  ])('a component with the envRef %s, if its sidecars have no such variable: %s', (name, reason, options) => {
    const resource = resourceOf('statestore', 'state.redis', {
      spec: field('redisUsername', { envRef: name }),
    })
    if (reason) expect(refusal([resource], options)).toMatch(reason)
    else expect(check([resource], options)).toEqual([])
  })

  it('on Kubernetes, what has a name that it can not have there', () => {
    const given = [resourceOf('statestore', 'state.redis'), resourceOf('order_pub_sub', 'bindings.cron')]
    expect(check(given)).toEqual([])
    expect(refusal(given, { platform: 'kubernetes' })).toContain('Component order_pub_sub: on Kubernetes')
  })
})
