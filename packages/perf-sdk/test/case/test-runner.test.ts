import { InputError } from '@dapr-perf/errors'
import { describe, expect, it, vi } from 'vitest'
import { caseOf, type TestDescription, TestRunner } from '../../src/case/test-runner.js'
import type { AppDescription } from '../../src/description/app.js'
import { target } from '../../src/description/target.js'

const targets = { baseline: target.noop(), dapr: target.noop() }
const tester = { appName: 'tester', imageName: 'perf-tester', daprEnabled: true }
const build = (fields: object) => () =>
  new TestRunner({
    description: 'a case',
    apps: [{ appName: 'testapp', imageName: 'perf-tester' }, tester],
    targets,
    ...fields,
  } as TestDescription)
const withApp = (app: Partial<AppDescription>) =>
  build({ apps: [{ appName: 'testapp', imageName: 'perf-tester', ...app }, tester] })

describe('a case', () => {
  it('is data that can be read without a run, defaults filled in', () => {
    const { apps, configuration } = withApp({})().case
    expect(apps[0]).toMatchObject({ appPort: 3000, replicas: 1, daprEnabled: false })
    expect(configuration).toEqual({})
  })

  it('is known as one whichever copy of the package made it', async () => {
    vi.resetModules()
    const copy = await import('../../src/case/test-runner.js')
    const other = new copy.TestRunner({ description: 'x', apps: [tester], targets })
    expect(other).not.toBeInstanceOf(TestRunner)
    expect(caseOf(other)?.description).toBe('x')
    for (const none of [undefined, null, {}, () => {}, 'case']) expect(caseOf(none)).toBeUndefined()
  })

  it.each([
    [{ appName: '../../etc' }, 'apps[0].appName'],
    [{ appName: 'Testapp' }, 'apps[0].appName'],
    [{ imageName: '--privileged' }, 'apps[0].imageName'],
    [{ appPort: 70000 }, 'apps[0].appPort'],
    [{ daprMemoryLimit: 'lots' }, 'apps[0].daprMemoryLimit'],
    [{ appMemoryLimit: '800000K' }, 'apps[0].appMemoryLimit'], // Kubernetes has k and Ki
    [
      { appMemoryRequest: '1Gi', appMemoryLimit: '800Mi' },
      '1Gi is above appMemoryLimit 800Mi: raise the limit',
    ],
    [{ daprCPURequest: '4.5', daprCPULimit: '4' }, 'apps[0].daprCPURequest'],
    [{ appname: 'x' } as Partial<AppDescription>, 'appname'],
    [{ appEnv: { A: { componnt: 'x' } } } as unknown as Partial<AppDescription>, '{ component: NAME }'],
    [{ daprEnv: { GODEBUG: 'gctrace=1,madvdontneed=1' } }, 'apps[0].daprEnv.GODEBUG'],
    [{ daprEnv: { LEVEL: ' high' } }, 'apps[0].daprEnv.LEVEL'],
    [{ daprEnv: { 'A=B': 'x' } }, 'apps[0].daprEnv'],
    [{ daprArgs: { 'app-id': 'x' } }, "can't be set: the app's appName sets it"],
    [{ daprArgs: { 'app-max-concurrency': 'many' } }, 'apps[0].daprArgs["app-max-concurrency"]'],
    [{ daprArgs: { '--log-level': 'warn' } }, 'without -- before it'],
    [{ command: ['node', 'app.mjs'] }, 'is for our own apps'],
    [
      { imageName: undefined, image: '--privileged' } as unknown as Partial<AppDescription>,
      "'ghcr.io/me/app:1'",
    ],
    [
      { imageName: undefined } as unknown as Partial<AppDescription>,
      'set it to one of our apps, or set command',
    ],
  ])('is refused with the app %j, and the error names the field', (app, field) => {
    expect(withApp(app)).toThrow(InputError)
    expect(withApp(app)).toThrow(field)
  })

  it.each([
    [{ params: { conections: 3 } }, 'params.conections: unknown parameter, expected one of qps'],
    [{ params: { qps: '1000' } }, 'params.qps: "1000" is not a whole number'],
    [{ params: { connections: 0 } }, 'params.connections: 0 is not a whole number of at least 1'],
    [{ params: { duration: '60' } }, 'params.duration: "60" is not a positive duration'],
    [{ budget: { percentile: 100, addedMs: 2 } }, 'budget.percentile'],
    [{ budget: { percentile: 0, addedMs: 2 } }, 'budget.percentile'],
    [{ budget: { percentile: Number.NaN, addedMs: 2 } }, 'budget.percentile'],
    [{ configuration: { mtls: { enabled: false } } }, 'is set by the platform'],
    [{ configuration: { metric: { enabled: false } } }, 'is overridden by metrics: set that'],
    [{ targets: undefined }, 'targets: is missing'],
    [{ test: async () => {} }, 'either targets or its own test function'],
    [{ targets: undefined, test: async () => {}, verify: () => [] }, 'verify: only for cases with targets'],
    [{ targets: { baseline: 'http://testapp:3000', dapr: target.noop() } }, 'target.invoke'],
    [
      { apps: ['a', 'a'].map((appName) => ({ appName, imageName: 'perf-tester' })) },
      'there are two apps named a',
    ],
  ])('is refused with %j', (fields, message) => {
    expect(build(fields)).toThrow(InputError)
    expect(build(fields)).toThrow(message)
  })

  it.each([
    ['perf-service_invocation_http', 'h2c', 'speaks only http, not h2c'],
    ['perf-service_invocation_http', 'grpc', 'speaks only http, not grpc'],
    ['perf-service_invocation_grpc', 'grpcs', 'speaks only grpc, not grpcs'],
    ['perf-tester', 'https', 'speaks only http, not https'],
  ] as const)('is refused where %s should speak %s', (imageName, appProtocol, message) => {
    expect(withApp({ imageName, appProtocol })).toThrow(`${imageName} ${message}`)
    expect(withApp({ imageName, appProtocol })).toThrow('apps[0].appProtocol')
  })

  it('has the protocol that an app of ours speaks, and any of an app of its own', () => {
    const protocolOf = (app: Partial<AppDescription>) => withApp(app)().case.apps[0]?.appProtocol
    expect(protocolOf({ imageName: 'perf-service_invocation_grpc' })).toBe('grpc')
    expect(protocolOf({})).toBe('http')
    const own = { imageName: undefined, command: ['node', 'app.mjs'] } as Partial<AppDescription>
    expect(protocolOf(own)).toBe('http')
    expect(protocolOf({ ...own, appProtocol: 'h2c' })).toBe('h2c')
  })

  it.each([
    ['https', 'http', 'testapp speaks https: target.app needs http or h2c for http'],
    ['grpc', 'http', 'testapp speaks grpc: target.app needs http or h2c for http'],
    ['grpcs', 'grpc', 'testapp speaks grpcs: target.app needs grpc for grpc'],
    ['http', 'grpc', 'testapp speaks http: target.app needs grpc for grpc'],
  ] as const)(
    'is refused where an app that speaks %s is loaded over %s',
    (appProtocol, protocol, message) => {
      const app = { appName: 'testapp', command: ['node', 'app.mjs'], appProtocol }
      const baseline = target.app('testapp', 'test', { protocol })
      expect(build({ apps: [app, tester], targets: { ...targets, baseline } })).toThrow(message)
    },
  )

  it('may have apps of its own: a command, an image, or both', () => {
    for (const own of [{ command: ['node', 'app.mjs'] }, { image: 'ghcr.io/me/app:1' }])
      expect(build({ apps: [{ appName: 'mine', ...own }, tester] })().case.apps[0]).toMatchObject(own)
  })
})

it('a target publishes one event or more; several in one HTTP request have to be a bulk call', () => {
  expect(() => target.publish('pubsub', 'topic', { events: 0 })).toThrow('events 0: expected a whole number')
  expect(() => target.publish('pubsub', 'topic', { events: 2 })).toThrow('need { bulk: true }')
})

describe('a name that belongs to nothing is refused before anything starts', () => {
  const baseline = target.noop()
  const store = { name: 'store', typeName: 'state.in-memory' }
  it.each([
    [{ targets: { baseline, dapr: target.invoke('testap', 'x') } }, 'targets.dapr: there is no app testap'],
    [{ targets: { baseline, dapr: target.invoke('testapp', 'x') } }, 'targets.dapr: testapp has no sidecar'],
    [
      { targets: { baseline: target.app('nobody', '/'), dapr: baseline } },
      'targets.baseline: there is no app',
    ],
    [{ targets: { baseline, dapr: target.state('stor', 'k') } }, 'there is no component stor'],
    [{ targets: { baseline, dapr: target.publish('p', 't') } }, 'there is no component p'],
    [{ targets: { baseline, dapr: target.store('s', 'k', target.app('x', '/')) } }, 'there is no app x'],
    [{ apps: [{ appName: 'testapp', imageName: 'perf-tester' }] }, 'loads need the app tester'],
    [
      { apps: [{ ...tester, appEnv: { A: { component: 'typo' } } }] },
      'tester.appEnv.A: there is no component typo',
    ],
    [{ apps: [{ ...tester, appEnv: { A: { appId: 'typo' } } }] }, 'tester.appEnv.A: there is no app typo'],
    [
      { components: [{ ...store, scopes: ['order-processor'] }] },
      'components: store: its scopes (order-processor) name no app of the case that has a sidecar, which are: tester',
    ],
    [
      {
        components: [{ ...store, scopes: ['other'] }],
        apps: [tester, { ...tester, appName: 'other' }],
        targets: { baseline, dapr: target.state('store', 'k') },
      },
      'targets.dapr: the scopes of store (other) leave out tester, whose sidecar is called',
    ],
    [
      {
        components: [{ name: 'bus', typeName: 'pubsub.in-memory', scopes: ['other'] }],
        apps: [tester, { ...tester, appName: 'other' }],
        targets: { baseline, dapr: target.publish('bus', 't') },
      },
      'targets.dapr: the scopes of bus (other) leave out tester',
    ],
  ])('%j', (fields, message) => {
    expect(build(fields)).toThrow(InputError)
    expect(build(fields)).toThrow(message)
  })
})
