import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { otherDifferences } from '../../src/compare-runs/other-differences.js'
import type { CpuSource } from '../../src/model/usage.js'
import { readResultFile } from '../../src/results/read-result.js'
import { environment as environmentSchema, type Result } from '../../src/results/schema.js'

type Environment = NonNullable<Result['environment']>

const local: Environment = {
  platform: 'local',
  programs: {
    daprd: { version: '1.18.1', source: 'cache', path: '/a/daprd', sha256: 'd1' },
    fortio: { path: '/a/fortio', sha256: 'f' },
    apps: {
      testapp: {
        files: [{ path: '/a/app.js', sha256: 'a' }],
        node: '20.20.0',
        env: { PORT: '3000' },
        daprEnv: { GOMAXPROCS: '1' },
      },
    },
  },
  host: { os: 'Linux 6.1', cpuModel: 'fast', cores: 2, memoryBytes: 8e9, loadAverage: [0.1, 0.2, 0.3] },
  dapr: {
    mtls: false,
    apiLogging: false,
    metrics: true,
    tracing: false,
    nameResolution: 'sqlite',
    configuration: { tracing: { samplingRate: '0' }, features: [{ name: 'HotReload', enabled: false }] },
    components: [
      { name: 'store', type: 'state.redis', metadata: { redisHost: '127.0.0.1:20001', keyPrefix: 'run-1' } },
      { name: 'pubsub', type: 'pubsub.in-memory', metadata: {} },
    ],
  },
}

const kubernetes: Environment = {
  platform: 'kubernetes',
  programs: {
    daprd: { version: '1.18.1', image: 'daprd:1', imageID: 'd1' },
    fortio: { image: 'tester:1', imageID: 't' },
    apps: { tester: { image: 'tester:1', imageID: 't', env: {} } },
  },
  cluster: {
    kubernetes: 'v1.30',
    context: 'kind',
    namespace: 'one',
    nodes: [
      { name: 'n1', instanceType: 'small', cores: 2 },
      { name: 'n2', instanceType: 'large', cores: 8 },
    ],
  },
  dapr: {
    ...local.dapr,
    mtls: true,
    sidecarResources: { requests: { cpu: '1' }, limits: { cpu: '1' } },
    components: [{ name: 'store', type: 'state.redis', metadata: { redisHost: 'redis:6379' } }],
  },
}

/** The same environment with other values at paths such as `dapr.mtls`; without the value where it is undefined. */
function changed(environment: Environment, changes: Record<string, unknown>): Environment {
  const copy = structuredClone(environment)
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split('.')
    const last = names.pop() as string
    const owner = names.reduce<object>((one, name) => Reflect.get(one, name), copy)
    Reflect.set(owner, last, value)
  }
  return environmentSchema.parse(copy)
}

const runIn = (environment: Environment | undefined, run = 'RUN-1') =>
  ({
    run,
    params: { qps: 100, connections: 1, duration: '10s', payload: '', payloadSize: 0 },
    loads: [],
    ...(environment && { environment }),
  }) as unknown as Result

const between = (one: Environment, changes: Record<string, unknown>) =>
  otherDifferences(runIn(one), runIn(changed(one, changes), 'RUN-2'))

describe('two local runs', () => {
  it.each<[string, unknown, string]>([
    ['platform', 'kubernetes', 'the platform: local and kubernetes'],
    ['host.cpuModel', 'slow', 'the processors: fast and slow'],
    ['host.cores', 4, 'the number of processors: 2 and 4'],
    ['host.os', 'Linux 6.2', 'the system: Linux 6.1 and Linux 6.2'],
    ['programs.fortio.sha256', 'g', 'the program of the load generator, sha256: f and g'],
    ['programs.apps.testapp.node', '22.0.0', 'the apps, testapp.node: 20.20.0 and 22.0.0'],
    [
      'programs.apps.testapp.files.0.sha256',
      'b',
      'the apps, testapp.files: [{"sha256":"a"}] and [{"sha256":"b"}]',
    ],
    ['programs.apps.testapp.env.PORT', '3001', 'the apps, testapp.env.PORT: 3000 and 3001'],
    ['programs.apps.testapp.daprEnv.GOMAXPROCS', '2', 'the apps, testapp.daprEnv.GOMAXPROCS: 1 and 2'],
    [
      'programs.apps.testapp.daprArgs',
      { 'log-level': 'warn' },
      'the apps, testapp.daprArgs.log-level: absent and warn',
    ],
    ['dapr.mtls', true, 'environment.dapr.mtls: false and true'],
    ['dapr.apiLogging', true, 'environment.dapr.apiLogging: false and true'],
    ['dapr.metrics', false, 'environment.dapr.metrics: true and false'],
    ['dapr.nameResolution', 'mdns', 'environment.dapr.nameResolution: sqlite and mdns'],
    ['dapr.configuration.tracing.samplingRate', '1', "Dapr's Configuration, tracing.samplingRate: 0 and 1"],
    ['dapr.configuration.features.0.name', 'x'.repeat(61), "Dapr's Configuration, features: not the same"],
    ['dapr.configuration.api', {}, "Dapr's Configuration, api: absent and {}"],
    ['dapr.components.0.type', 'state.mysql', 'the components, store.type: state.redis and state.mysql'],
    [
      'dapr.components.0.metadata.redisHost',
      'redis:6379',
      "the components, store.metadata.redisHost: 127.0.0.1, a port of the run's own and redis:6379",
    ],
    [
      'dapr.components.0.metadata.keyPrefix',
      'mine',
      "the components, store.metadata.keyPrefix: the run's name and mine",
    ],
    ['dapr.components.0.scopes', ['testapp'], 'the components, store.scopes: absent and ["testapp"]'],
    [
      'dapr.apps',
      { testapp: { debugLoggingEnabled: true } },
      'the settings of the apps: absent and {"testapp":{"debugLoggingEnabled":true}}',
    ],
    ['dapr.components.0.metadata.poolSize', '9', 'the components, store.metadata.poolSize: absent and 9'],
  ])('differ in %s = %j', (path, value, difference) => {
    const own = path.endsWith('keyPrefix') ? {} : { 'dapr.components.0.metadata.keyPrefix': 'run-2' }
    expect(between(local, { ...own, [path]: value })).toEqual([difference])
  })

  it('differ in no more than Dapr, though each has its daprd, load average, files, ports, keys and order', () => {
    const { components } = local.dapr
    expect(
      between(local, {
        'dapr.components.0.metadata': { redisHost: '127.0.0.1:31999', keyPrefix: 'run-2' },
        'programs.daprd': { version: '1.18.2', source: 'release', path: '/b/daprd', sha256: 'd2' },
        'host.loadAverage': [3, 2, 1],
        'programs.fortio.path': '/b/fortio',
        'programs.apps.testapp.files.0.path': '/b/app.js',
      }),
    ).toEqual([])
    const reversed = { ...local, dapr: { ...local.dapr, components: components.toReversed() } }
    expect(otherDifferences(runIn(local), runIn(reversed))).toEqual([])
  })

  it('differ where the environment of one is not known', () => {
    expect(otherDifferences(runIn(local), runIn(undefined))).toEqual([
      'the environment is known of one of them only',
    ])
    expect(otherDifferences(runIn(undefined), runIn(undefined))).toEqual([])
  })

  it('differ in what a later version stores', () => {
    const later = { ...local, host: { ...local.host, governor: 'powersave' } } as Environment
    expect(otherDifferences(runIn(local), runIn(later))).toEqual([
      'environment.host.governor: absent and powersave',
    ])
  })
})

describe('what is stored of a run, in whatever field, is compared', () => {
  const run = join(import.meta.dirname, '../fixtures/results-b8d7776/run-passed')
  const name = readdirSync(run).find((entry) => existsSync(join(run, entry, 'result.json'))) as string
  const text = readFileSync(join(run, name, 'result.json'), 'utf8')
  const folder = mkdtempSync(join(tmpdir(), 'dapr-perf-differences-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  /** The result as it is read from a file to which this was done. */
  function read(change: (result: Result) => void): Result {
    const result = JSON.parse(text)
    change(result)
    writeFileSync(join(folder, 'result.json'), JSON.stringify(result))
    return readResultFile(join(folder, 'result.json')) as Result
  }

  const field = { unheardOf: 1 }
  const environmentOf = ({ environment }: Result) => environment as Environment
  it.each<[string, (result: Result) => object | undefined, string]>([
    ['of the run', (result) => result, 'unheardOf'],
    ['of its parameters', ({ params }) => params, 'params.unheardOf'],
    ['of a load', ({ loads }) => loads[0], 'loads.baseline.unheardOf'],
    ['of the load generator', ({ loads }) => loads[0]?.engine, 'loads.baseline.engine'],
    ['of the environment', environmentOf, 'environment.unheardOf'],
    ['of the machine', (result) => environmentOf(result).host, 'environment.host.unheardOf'],
    ['of the sidecars', (result) => environmentOf(result).dapr, 'environment.dapr.unheardOf'],
    ['of the programs', (result) => environmentOf(result).programs, 'environment.programs.unheardOf'],
    [
      'of fortio',
      (result) => environmentOf(result).programs.fortio,
      'the program of the load generator, unheardOf',
    ],
    ['of an app', (result) => environmentOf(result).programs.apps.testapp, 'the apps, testapp.unheardOf'],
  ])('%s', (_, owner, path) => {
    const differences = otherDifferences(
      read(() => {}),
      read((result) => Object.assign(owner(result) as object, field)),
    )
    expect(differences).toEqual([expect.stringContaining(path)])
  })

  it('but not what was found, and what is of this run only', () => {
    const later = read((result) => {
      Object.assign(result, { startedAt: new Date(0).toISOString(), seed: 'other', warnings: ['slow'] })
      for (const load of result.loads) Object.assign(load, { sent: 1, achievedRate: 1, file: 'other' })
    })
    expect(
      otherDifferences(
        read(() => {}),
        later,
      ),
    ).toEqual([])
  })
})

describe('the loads of two runs', () => {
  const loadsOf = (...loads: object[]) =>
    ({
      ...runIn(local),
      loads: loads.map((load, index) => ({ variant: 'dapr', round: index + 1, usage: {}, ...load })),
    }) as Result
  const invoke = (more: object) => ({
    target: { kind: 'invoke', sidecar: 'http://127.0.0.1:20001', appId: 'testapp', method: 'test', ...more },
  })

  it('differ in what they load, but for its address', () => {
    expect(
      otherDifferences(
        loadsOf(invoke({})),
        loadsOf(invoke({ sidecar: 'http://127.0.0.1:20009', method: 'other' })),
      ),
    ).toEqual(['loads.target.method: test and other'])
  })

  it('differ in what their rounds do', () => {
    const differences = otherDifferences(
      loadsOf({ connections: 1 }, { connections: 1 }),
      loadsOf({ connections: 1 }, { connections: 2 }),
    )
    expect(differences).toEqual(['loads.connections: 1 and [1,2]'])
  })

  it('differ in where their CPU times come from', () => {
    const countedBy = (app: CpuSource | undefined, sidecar = app) =>
      loadsOf(
        { usage: { tester: { app: { cpuSeconds: 1, cpuSource: app } } } },
        {
          usage: {
            testapp: {
              app: { cpuSeconds: 2, cpuSource: app },
              sidecar: { cpuSeconds: 3, cpuSource: sidecar },
            },
          },
        },
      )
    const told = (ones: Result, others: Result) => otherDifferences(ones, others)
    expect(told(countedBy('schedstat'), countedBy('stat'))).toEqual([
      'where CPU times come from: schedstat and stat',
    ])
    expect(told(countedBy('kubelet'), countedBy('kubelet', 'metrics.k8s.io'))).toEqual([
      'where CPU times come from: kubelet and ["kubelet","metrics.k8s.io"]',
    ])
    expect(told(countedBy('ps', 'stat'), countedBy('stat', 'ps'))).toEqual([])
    expect(told(countedBy(undefined), countedBy('ps'))).toEqual(['where CPU times come from: absent and ps'])
    expect(told(countedBy(undefined), countedBy(undefined))).toEqual([])
  })

  it('in a cluster have names of their own', () => {
    const inCluster = (method: string, suffix: string) => ({
      ...loadsOf(invoke({ sidecar: `http://tester-${suffix}:3500`, appId: `testapp-${suffix}`, method })),
      environment: kubernetes,
    })
    expect(otherDifferences(inCluster('test', 'x7k2p'), inCluster('test', 'b1c2d'))).toEqual([])
    expect(otherDifferences(inCluster('test-x7k2p', 'x7k2p'), inCluster('test', 'b1c2d'))).toHaveLength(1)
  })
})

describe('two runs on Kubernetes', () => {
  it.each<[string, unknown, string]>([
    ['cluster.kubernetes', 'v1.31', 'Kubernetes: v1.30 and v1.31'],
    ['cluster.context', 'other', 'the context of the cluster: kind and other'],
    ['cluster.nodes.0.instanceType', 'tiny', 'the nodes: not the same'],
    ['cluster.nodes.0.cores', 4, 'the nodes: not the same'],
    [
      'cluster.admission',
      { tester: ['container istio-proxy'] },
      'what admission added to the pods, tester: absent and ["container istio-proxy"]',
    ],
    ['programs.apps.tester.imageID', 'u', 'the apps, tester.imageID: t and u'],
    ['dapr.sidecarResources.limits.cpu', '2', 'environment.dapr.sidecarResources.limits.cpu: 1 and 2'],
    [
      'dapr.components.0.metadata.redisHost',
      'b:6379',
      'the components, store.metadata.redisHost: redis:6379 and b:6379',
    ],
  ])('differ in %s = %j', (path, value, difference) => {
    expect(between(kubernetes, { [path]: value })).toEqual([difference])
  })

  it('differ in no more than Dapr, though each has its namespace, tags, and nodes of the same types', () => {
    expect(
      between(kubernetes, {
        'programs.daprd': { version: '1.18.2', image: 'daprd:2', imageID: 'd2' },
        'programs.fortio.image': 'tester:2',
        'programs.apps.tester.image': 'tester:2',
        'cluster.namespace': 'two',
        'cluster.nodes': [
          { name: 'n3', instanceType: 'large', cores: 8 },
          { name: 'n4', instanceType: 'small', cores: 2 },
        ],
      }),
    ).toEqual([])
  })
})
