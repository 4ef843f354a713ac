import { expect, it } from 'vitest'
import {
  appsWith,
  componentsOf,
  configurationOf,
  isSameVariant,
  otherResourcesOf,
  type Variant,
} from '../../src/ab/variant.js'
import type { Case } from '../../src/case/test-runner.js'
import { resourceOf } from './resources.js'

const component = (name: string, typeName: string) => ({
  name,
  typeName,
  version: 'v1',
  metadata: {},
  scopes: [],
})

const noApps = { initApps: [], apps: [] }

const variant = (settings: Partial<Variant['settings']> = {}, sha256 = 'x'): Variant => ({
  name: 'b',
  side: { text: 'daprd', path: '/daprd', version: '1', source: 'path', sha256 },
  settings: { configuration: {}, env: {}, args: {}, resources: [], ...settings },
})

const ofImage = (image: string): Variant => ({
  ...variant(),
  side: { text: image, source: 'image', image },
})

it("a side's Configuration is merged over that of the case", () => {
  const ofCase = {
    configuration: { tracing: { samplingRate: '0.5' }, api: { allowed: [] } },
  } as unknown as Case
  expect(
    configurationOf(ofCase, variant({ configuration: { tracing: { samplingRate: '1' } } })),
  ).toMatchObject({
    tracing: { samplingRate: '1' },
    api: { allowed: [] },
    metrics: { enabled: true },
  })
})

it("a side's components replace those of the same names, and others are added", () => {
  const own = [resourceOf('statestore', 'state.redis'), resourceOf('more', 'pubsub.in-memory')]
  const ofCase = [component('statestore', 'state.in-memory'), component('pubsub', 'pubsub.in-memory')]
  expect(componentsOf(ofCase, variant({ resources: own }), noApps)).toEqual([
    ofCase[1],
    { ...component('statestore', 'state.redis'), resource: own[0] },
    { ...component('more', 'pubsub.in-memory'), resource: own[1] },
  ])
})

it("a side's resources are for the sidecars of the case's apps alone, unless they say for which", () => {
  const apps = [{ appName: 'tester', daprEnabled: true }] as Case['apps']
  const own = [
    resourceOf('everywhere', 'state.redis'),
    resourceOf('of-one', 'state.redis', { scopes: ['testapp'] }),
    resourceOf('policies', undefined, { kind: 'Resiliency' }),
    resourceOf('of-one', undefined, { kind: 'Subscription', scopes: ['testapp'] }),
  ]
  const settings = variant({ resources: own })
  const scopesOf = (list: { scopes: string[] }[]) => list.map(({ scopes }) => scopes)
  expect(scopesOf(componentsOf([], settings, { ...noApps, apps }))).toEqual([['tester'], ['testapp']])
  expect(scopesOf(otherResourcesOf(settings, { ...noApps, apps }))).toEqual([['tester'], ['testapp']])
})

it("a side's flags and variables are those of all its sidecars, in place of the case's of the same names", () => {
  const daprArgs = { 'log-level': 'info', 'app-max-concurrency': '5' }
  const daprEnv = { GOGC: '100', TZ: 'UTC' }
  const apps = [{ appName: 'tester', daprArgs, daprEnv }] as unknown as Case['apps']
  const args = { 'log-level': 'warn', 'read-buffer-size': '64Ki' }
  expect(appsWith({ args, env: { GOGC: '50' } }, apps)).toEqual([
    {
      appName: 'tester',
      daprArgs: { 'log-level': 'warn', 'app-max-concurrency': '5', 'read-buffer-size': '64Ki' },
      daprEnv: { GOGC: '50', TZ: 'UTC' },
    },
  ])
})

it('sides are the same only with the same program and settings', () => {
  expect(isSameVariant(variant(), variant())).toBe(true)
  expect(isSameVariant(variant(), variant({ env: { GOGC: '50' } }))).toBe(false)
  expect(isSameVariant(variant(), variant({ args: { 'log-level': 'warn' } }))).toBe(false)
  expect(isSameVariant(variant(), variant({}, 'y'))).toBe(false)
  const [one, again] = ['--a-component', '--b-component'].map((source) =>
    variant({ resources: [resourceOf('statestore', 'state.redis', { source })] }),
  ) as [Variant, Variant]
  expect(isSameVariant(one, again)).toBe(true)
  const other = variant({ resources: [resourceOf('statestore', 'state.in-memory')] })
  expect(isSameVariant(one, other)).toBe(false)
  expect(isSameVariant(ofImage('daprd:1'), ofImage('daprd:1'))).toBe(true)
  expect(isSameVariant(ofImage('daprd:1'), ofImage('daprd:2'))).toBe(false)
})
