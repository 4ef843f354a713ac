import { expect, it } from 'vitest'
import { variantDifferences } from '../../src/compare-runs/variant-differences.js'
import type { AbResult } from '../../src/results/ab-schema.js'

type Side = AbResult['sides']['a']

const environment = {
  platform: 'kubernetes',
  programs: { daprd: { version: '1.18.1', imageID: 'a' }, apps: { testapp: { imageID: 't', env: {} } } },
  dapr: {
    mtls: true,
    tracing: false,
    metrics: true,
    configuration: { tracing: { samplingRate: '0' }, metrics: { enabled: true } },
    components: [{ name: 'store', type: 'state.redis', metadata: { redisHost: 'a:6379' } }],
  },
} as unknown as NonNullable<Side['environment']>

/** What is said of B with such an environment. */
function saidOf(change: (of: typeof environment) => void, asked: Partial<Side> = {}): string[] {
  const own = structuredClone(environment)
  change(own)
  const side = { text: '1.18.1', source: 'release', environment }
  return variantDifferences({ run: 'r', sides: { a: side, b: { ...side, ...asked, environment: own } } })
}

const traced = (of: typeof environment) => {
  of.dapr.configuration = { tracing: { samplingRate: '1' }, metrics: { enabled: true } }
  of.dapr.tracing = true
}

it('says nothing of variants that differ in their daprd only', () => {
  expect(
    saidOf(({ programs }) => Object.assign(programs, { daprd: { version: '2', imageID: 'b' } })),
  ).toEqual([])
})

it('names what nobody asked for, in whatever field', () => {
  expect(saidOf(({ dapr }) => Object.assign(dapr, { mtls: false }))).toEqual([
    'environment.dapr.mtls: true and false',
  ])
  expect(saidOf((of) => Object.assign(of, { meshed: true }))).toEqual(['environment.meshed: absent and true'])
  expect(saidOf(({ programs }) => Object.assign(programs.apps.testapp as object, { imageID: 'u' }))).toEqual([
    'the apps, testapp.imageID: t and u',
  ])
})

it('leaves out what flags asked for, with what follows from it, and nothing else', () => {
  const configuration = { tracing: { samplingRate: '1' } }
  expect(saidOf(traced, { configuration })).toEqual([])
  expect(saidOf(traced)).toEqual([
    'environment.dapr.tracing: false and true',
    "Dapr's Configuration, tracing.samplingRate: 0 and 1",
  ])
  expect(saidOf(({ dapr }) => Object.assign(dapr, { metrics: false }), { configuration })).toEqual([
    'environment.dapr.metrics: true and false',
  ])
  const other = ({ dapr }: typeof environment) => {
    ;(dapr.components[0] as { metadata: object }).metadata = { redisHost: 'b:6379' }
  }
  expect(saidOf(other, { components: ['store'] })).toEqual([])
  expect(saidOf(other, { components: ['pubsub'] })).toEqual([
    'the components, store.metadata.redisHost: a:6379 and b:6379',
  ])
})

it('says nothing where the environment of a variant is not known', () => {
  expect(saidOf(() => {}, {})).toEqual([])
  const side = { text: '1', source: 'release' }
  expect(variantDifferences({ run: 'r', sides: { a: { ...side, environment }, b: side } })).toEqual([])
})

it('leaves out variables, flags and files that were asked for, and what admission added, which is told by itself', () => {
  const withSettings = (of: typeof environment) => {
    Object.assign(of.programs.apps.testapp as object, {
      daprEnv: { GOGC: '50' },
      daprArgs: { 'app-max-concurrency': '10' },
    })
    Object.assign(of.dapr, { resources: [{ kind: 'Resiliency' }] })
    Object.assign(of, { cluster: { nodes: [], admission: { testapp: ['container istio-proxy'] } } })
  }
  const asked = { env: { GOGC: '50' }, args: { 'app-max-concurrency': '10' }, resources: ['Resiliency slow'] }
  const cluster = { cluster: { nodes: [] } }
  const side = {
    text: '1.18.1',
    source: 'release',
    environment: { ...environment, ...cluster },
  } as unknown as Side
  const own = structuredClone(environment)
  withSettings(own)
  const saidWith = (more: Partial<Side>) =>
    variantDifferences({ run: 'r', sides: { a: side, b: { ...side, ...more, environment: own } } })
  expect(saidWith(asked)).toEqual([])
  expect(saidWith({ ...asked, env: { GODEBUG: 'x' } })).toEqual([
    expect.stringContaining('the apps, testapp.daprEnv'),
  ])
})
