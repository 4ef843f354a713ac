import { InputError } from '@dapr-perf/errors'
import { describe, expect, it } from 'vitest'
import { type Component, componentDescription } from '../../src/description/component.js'
import { target } from '../../src/description/target.js'
import type { RunningApp } from '../../src/platforms/platform.js'
import { headersFor, resolveTarget } from '../../src/runner/resolve-target.js'

const app = (name: string, port: number, hasSidecar = true): RunningApp => ({
  name,
  appId: `${name}-x7`,
  url: `http://${name}-x7:${port}`,
  ...(hasSidecar && {
    sidecar: {
      http: 'http://127.0.0.1:3500',
      grpc: 'http://127.0.0.1:50001',
      acquireExternalURL: () => Promise.reject(new Error('not called')),
    },
  }),
  acquireExternalURL: () => Promise.reject(new Error('not called')),
  lastLines: async () => '',
})
const component = (name: string, typeName: string, metadata = {}): [string, Component] => [
  name,
  componentDescription.parse({ name, typeName, metadata }),
]
const names = {
  apps: new Map(
    [app('testapp', 3000), app('plain', 3000, false), app('tester', 3001)].map((one) => [one.name, one]),
  ),
  components: new Map([
    component('testapp', 'pubsub.in-memory'),
    component('memory', 'state.in-memory'),
    component('plain-redis', 'state.redis', { redisHost: 'r:6379' }),
    component('no-prefix', 'state.redis', { redisHost: 'r:6379', keyPrefix: 'none' }),
    component('redis', 'state.redis', { redisHost: 'r:6379', keyPrefix: 'run-1' }),
    component('private', 'state.redis', {
      redisHost: 'r',
      redisDB: '1',
      enableTLS: 'true',
      redisPassword: 'x',
    }),
    component('public', 'state.redis', {
      redisHost: 'r',
      redisDB: '0',
      enableTLS: 'False',
      redisType: 'node',
    }),
    component('by-namespace', 'state.redis', { redisHost: 'r:6379', keyPrefix: 'namespace' }),
    component('other-case', 'state.redis', { REDISHOST: 'r:6379', keyprefix: 'MyApp' }),
  ]),
  componentName: (name: string) => `${name}-x7`,
}
const resolve = (what: Parameters<typeof resolveTarget>[0]) => resolveTarget(what, names)

describe('the names of a target', () => {
  it('of an app are its address, and over Dapr its id', () => {
    expect(resolve(target.app('testapp', '/test'))).toEqual({
      kind: 'app',
      url: 'http://testapp-x7:3000',
      method: 'test',
      protocol: 'http',
    })
    expect(resolve(target.invoke('testapp', 'load', { protocol: 'grpc' }))).toEqual({
      kind: 'invoke',
      sidecar: 'http://127.0.0.1:50001',
      appId: 'testapp-x7',
      method: 'load',
      protocol: 'grpc',
    })
  })

  it('of a component are told apart from an app of the same name', () => {
    expect(resolve(target.publish('testapp', 'testapp'))).toMatchObject({
      pubsub: 'testapp-x7',
      topic: 'testapp',
    })
  })

  it('of a store are those of Redis itself, or the way round it', () => {
    const otherwise = target.app('testapp', '/test')
    expect(resolve(target.store('redis', 'k', otherwise))).toEqual({
      kind: 'redis',
      address: 'r:6379',
      keyPrefix: 'run-1',
      key: 'k',
    })
    expect(resolve(target.store('memory', 'k', otherwise))).toMatchObject({ kind: 'app' })
    expect(resolve(target.store('plain-redis', 'k', otherwise))).toMatchObject({ keyPrefix: 'tester-x7' })
    expect(resolve(target.store('no-prefix', 'k', otherwise))).toMatchObject({ kind: 'app' })
    expect(resolve(target.store('public', 'k', otherwise))).toMatchObject({ kind: 'redis' })
    expect(resolve(target.store('by-namespace', 'k', otherwise))).toMatchObject({ kind: 'app' })
    expect(resolve(target.store('other-case', 'k', otherwise))).toMatchObject({
      address: 'r:6379',
      keyPrefix: 'myapp', // as Dapr writes it
    })
  })

  it.each([
    [target.app('nobody', '/'), 'the app nobody, but the case has testapp, plain, tester'],
    [target.invoke('plain', 'test'), 'plain has no sidecar: set daprEnabled'],
    [
      target.state('nothing', 'k'),
      'the component nothing, but the case has testapp, memory, plain-redis, no-prefix, redis, private, public, by-namespace, other-case',
    ],
    [target.publish('nothing', 't'), 'the component nothing'],
    [target.store('nothing', 'k', target.noop()), 'the component nothing'],
    [
      target.store('private', 'k', target.noop()),
      "without Dapr private can't be read, because of its redisDB, redisPassword, enableTLS: choose another baseline",
    ],
  ])('that the case does not have are refused', (what, message) => {
    expect(() => resolve(what)).toThrow(InputError)
    expect(() => resolve(what)).toThrow(message)
  })
})

it("requests to the API of tester's sidecar carry its token, and no others do", () => {
  const tester = app('tester', 3001)
  const sidecar = { ...tester.sidecar, apiToken: 's3cret' } as RunningApp['sidecar']
  const withToken = {
    ...names,
    apps: new Map([...names.apps, ['tester', { ...tester, sidecar } as RunningApp]]),
  }
  const headersOf = (what: Parameters<typeof resolveTarget>[0], of = withToken) =>
    headersFor(resolveTarget(what, of), of)
  const token = { 'dapr-api-token': 's3cret' }
  expect(headersOf(target.invoke('testapp', 'test'))).toEqual(token)
  expect(headersOf(target.state('memory', 'key', { protocol: 'grpc' }))).toEqual(token)
  expect(headersOf(target.publish('testapp', 'topic'))).toEqual(token)
  expect(headersOf(target.app('testapp', 'test'))).toEqual({})
  expect(headersOf(target.noop())).toEqual({})
  expect(headersOf(target.invoke('testapp', 'test'), names)).toEqual({})
  expect(JSON.stringify(resolveTarget(target.invoke('testapp', 'test'), withToken))).not.toContain('s3cret')
})
