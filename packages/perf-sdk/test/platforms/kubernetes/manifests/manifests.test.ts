import { readKubernetesSettings } from '@dapr-perf/kubernetes/settings'
import { describe, expect, it } from 'vitest'
import { type AppDescription, appDescription } from '../../../../src/description/app.js'
import { componentOfFile } from '../../../../src/description/component.js'
import {
  componentOf,
  configurationOf,
  deploymentOf,
  resourceOf as objectOf,
  serviceOf,
} from '../../../../src/platforms/kubernetes/manifests/manifests.js'
import { RunNames } from '../../../../src/platforms/kubernetes/run/names.js'
import type { Run } from '../../../../src/platforms/kubernetes/run/run.js'
import { resourceOf } from '../../../ab/resources.js'

function runWith(env: NodeJS.ProcessEnv = {}, restricted = false): Run {
  const settings = readKubernetesSettings({
    DAPR_TEST_REGISTRY: 'localhost:5000',
    DAPR_TEST_TAG: 'v1',
    TARGET_ARCH: 'arm64',
    ...env,
  })
  const owner = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name: 'dapr-perf-a', uid: '1' }
  return { runId: 'a-run', names: new RunNames(), settings, restricted, owner }
}

const app = (fields: Partial<AppDescription> = {}) =>
  appDescription.parse({ appName: 'testapp', imageName: 'perf-tester', ...fields })

const podOf = (fields: Partial<AppDescription>, run = runWith(), others: ReturnType<typeof app>[] = []) =>
  deploymentOf(app(fields), run, others).spec?.template as NonNullable<
    NonNullable<ReturnType<typeof deploymentOf>['spec']>['template']
  >

describe('the Deployment of an app', () => {
  it('belongs to the run: by its name, its label and its owner', () => {
    const run = runWith()
    const { metadata } = deploymentOf(app(), run, [])
    expect(metadata?.name).toBe(`testapp-${run.names.suffix}`)
    expect(metadata?.labels).toMatchObject({
      'app.kubernetes.io/managed-by': 'dapr-perf',
      'dapr-perf/run': 'a-run',
    })
    expect(metadata?.ownerReferences).toEqual([run.owner])
  })

  it('has the annotations that the injector reads, with the app id of this run', () => {
    const run = runWith()
    const fields = {
      daprEnabled: true,
      appPort: 3001,
      imageName: 'perf-service_invocation_grpc',
      daprCPULimit: '4.0',
      maxRequestSizeMB: 16,
    } as const
    expect(podOf(fields, run).metadata?.annotations).toMatchObject({
      'dapr.io/enabled': 'true',
      'dapr.io/app-id': `testapp-${run.names.suffix}`,
      'dapr.io/app-port': '3001',
      'dapr.io/app-protocol': 'grpc',
      'dapr.io/config': `dapr-perf-${run.names.suffix}`,
      'dapr.io/log-as-json': 'true',
      'dapr.io/enable-metrics': 'true',
      'dapr.io/enable-api-logging': 'false',
      'dapr.io/sidecar-cpu-limit': '4.0',
      'dapr.io/max-body-size': '16Mi',
    })
  })

  it("has the variables of the case's sidecars in the annotation that the injector splits", () => {
    const daprEnv = { GOMEMLIMIT: '64MiB', GODEBUG: 'gctrace=1,madvdontneed', EMPTY: '' }
    expect(podOf({ daprEnabled: true, daprEnv }).metadata?.annotations).toMatchObject({
      'dapr.io/env': 'GOMEMLIMIT=64MiB,GODEBUG=gctrace=1,madvdontneed,EMPTY=',
    })
    expect(podOf({ daprEnabled: true }).metadata?.annotations).not.toHaveProperty('dapr.io/env')
  })

  it("has the annotations that mean the same as the flags of the case's sidecars", () => {
    const daprArgs = { 'app-max-concurrency': 10, 'log-level': 'warn', 'dapr-graceful-shutdown-seconds': 3 }
    expect(podOf({ daprEnabled: true, daprArgs }).metadata?.annotations).toMatchObject({
      'dapr.io/app-max-concurrency': '10',
      'dapr.io/log-level': 'warn',
      'dapr.io/graceful-shutdown-seconds': '3',
    })
  })

  it('has no annotations of Dapr where no sidecar is wanted', () => {
    expect(podOf({}).metadata?.annotations).toEqual({})
  })

  it.each([
    [{}, '250Mi', '800Mi'],
    [{ appMemoryLimit: '100Mi' }, '100Mi', '100Mi'],
    [{ appMemoryRequest: '1Gi' }, '1Gi', '1Gi'],
    [{ appMemoryRequest: '300Mi', appMemoryLimit: '400Mi' }, '300Mi', '400Mi'],
  ])('with %j asks for %s of memory, and at most %s', (fields, request, limit) => {
    const resources = podOf(fields).spec?.containers[0]?.resources
    expect([resources?.requests?.memory, resources?.limits?.memory]).toEqual([request, limit])
  })

  it('pulls its image from the registry of the tests, with the Secret for it', () => {
    const { spec } = podOf({}, runWith({ DAPR_TEST_REGISTRY_SECRET: 'pull' }))
    expect(spec?.containers[0]?.image).toBe('localhost:5000/perf-tester:v1')
    expect(spec?.imagePullSecrets).toEqual([{ name: 'pull' }])
  })

  it('stands on a node of the target, beside the pods of its own run that it names', () => {
    const neighbour = app({ appName: 'neighbour', labels: { daprtest: 'x' } })
    const { affinity } = podOf({ podAffinityLabels: { daprtest: 'x' } }, runWith(), [neighbour]).spec ?? {}
    expect(JSON.stringify(affinity?.nodeAffinity)).toContain(
      '{"key":"kubernetes.io/arch","operator":"In","values":["arm64"]}',
    )
    const term = affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.[0]
    expect(term).toMatchObject({
      topologyKey: 'kubernetes.io/hostname',
      labelSelector: { matchLabels: { daprtest: 'x', 'dapr-perf/run': 'a-run' } },
    })
  })
})

it('an app that names a neighbour which the test does not have stands anywhere', () => {
  expect(podOf({ podAffinityLabels: { daprtest: 'x' } }).spec?.affinity?.podAffinity).toBeUndefined()
})

it('an environment gets the names that components and apps have in this run, and nothing else is changed', () => {
  const run = runWith()
  const appEnv = {
    PUBSUB: { component: 'mypubsub' },
    CALLEE: { appId: 'testapp' },
    MODE: 'mypubsub',
    PATH_OF_TOPIC: 'mypubsub/topic',
  }
  const { suffix } = run.names
  expect(podOf({ appEnv }, run).spec?.containers[0]?.env).toEqual(
    expect.arrayContaining([
      { name: 'PUBSUB', value: `mypubsub-${suffix}` },
      { name: 'CALLEE', value: `testapp-${suffix}` },
      { name: 'MODE', value: 'mypubsub' },
      { name: 'PATH_OF_TOPIC', value: 'mypubsub/topic' },
    ]),
  )
})

it('values of variables reach app and sidecar as they are, though Kubernetes replaces $(NAME) and $$ in them', () => {
  const values = { A: '$(PORT)', B: 'pa$$word', C: 'a$b', D: '$' }
  const { metadata, spec } = podOf({ daprEnabled: true, appEnv: values, daprEnv: values })
  expect(spec?.containers[0]?.env).toEqual(
    expect.arrayContaining([
      { name: 'A', value: '$$(PORT)' },
      { name: 'B', value: 'pa$$$$word' },
      { name: 'C', value: 'a$$b' },
      { name: 'D', value: '$$' },
    ]),
  )
  expect(metadata?.annotations?.['dapr.io/env']).toBe('A=$$(PORT),B=pa$$$$word,C=a$$b,D=$$')
})

it('an app of its own runs from the image as it is named', () => {
  const own = appDescription.parse({ appName: 'mine', image: 'ghcr.io/me/app@sha256:0123' })
  const { spec } = deploymentOf(own, runWith(), [])
  expect(spec?.template.spec?.containers[0]?.image).toBe('ghcr.io/me/app@sha256:0123')
})

it('an app of its own with a command alone can not run here', () => {
  const own = appDescription.parse({ appName: 'mine', command: ['node', 'app.mjs'] })
  expect(() => deploymentOf(own, runWith(), [])).toThrow('mine: on Kubernetes an app needs an image')
})

describe("Pod Security's level restricted", () => {
  const own = (run: Run) =>
    deploymentOf(appDescription.parse({ appName: 'mine', image: 'ghcr.io/me/app:1' }), run, []).spec?.template
      .spec
  const container = {
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
  }
  const pod = { seccompProfile: { type: 'RuntimeDefault' } }

  it('is met by our apps in every namespace', () => {
    const { spec } = podOf({})
    expect([spec?.securityContext, spec?.containers[0]?.securityContext]).toEqual([pod, container])
  })

  it('is imposed on an app of its own only where it could not start otherwise', () => {
    const free = own(runWith())
    expect([free?.securityContext, free?.containers[0]?.securityContext]).toEqual([undefined, undefined])
    const restricted = own(runWith({}, true))
    expect([restricted?.securityContext, restricted?.containers[0]?.securityContext]).toEqual([
      pod,
      container,
    ])
  })
})

it("the Configuration of the run has the case's spec", () => {
  const run = runWith()
  const { metadata, spec } = configurationOf({ tracing: { samplingRate: '1' } }, run)
  expect(metadata?.name).toBe(`dapr-perf-${run.names.suffix}`)
  expect(spec).toEqual({ tracing: { samplingRate: '1' } })
})

describe('the Service of an app', () => {
  it.each([
    [true, {}, 'ClusterIP'],
    [true, { MINIKUBE_NODE_IP: '192.168.49.2' }, 'NodePort'],
    [true, { DAPR_PERF_SERVICE_TYPE: 'LoadBalancer' }, 'LoadBalancer'],
    [false, { DAPR_PERF_SERVICE_TYPE: 'LoadBalancer' }, 'ClusterIP'],
  ])('with ingressEnabled %s and %j is a %s', (ingressEnabled, env, type) => {
    expect(serviceOf(app({ ingressEnabled }), runWith(env)).spec?.type).toBe(type)
  })
})

describe('a part of a run', () => {
  const part = {
    label: 'a3',
    sidecars: { image: 'localhost:5000/daprd:other', listenAddresses: '0.0.0.0' },
    node: 'node-1',
  }
  const whole = runWith()
  const run: Run = { ...whole, names: whole.names.ofPart('a3'), part }
  const fields = { daprEnabled: true, appEnv: { OTHER: { appId: 'other' } } }

  it('has names and labels of its own, and so do its selectors', () => {
    const { metadata, spec } = deploymentOf(app(fields), run, [])
    expect(metadata?.name).toBe(`testapp-a3-${whole.names.suffix}`)
    expect(metadata?.labels).toMatchObject({ 'dapr-perf/run': 'a-run', 'dapr-perf/part': 'a3' })
    expect(spec?.selector.matchLabels).toMatchObject({ 'dapr-perf/part': 'a3' })
    expect(serviceOf(app(), run).spec?.selector).toMatchObject({ 'dapr-perf/part': 'a3' })
    expect(podOf(fields, run).spec?.containers[0]?.env).toContainEqual({
      name: 'OTHER',
      value: `other-a3-${whole.names.suffix}`,
    })
  })

  it("runs on the load generator's node, with its own image of daprd", () => {
    const { metadata, spec } = podOf(fields, run)
    expect(metadata?.annotations).toMatchObject({
      'dapr.io/sidecar-image': 'localhost:5000/daprd:other',
      'dapr.io/app-id': `testapp-a3-${whole.names.suffix}`,
    })
    expect(JSON.stringify(spec?.affinity)).toContain(
      '"matchFields":[{"key":"metadata.name","operator":"In","values":["node-1"]}]',
    )
  })

  it('opens the sidecar that the load generator calls to it, and no other, and shares the token of the run', () => {
    const opened = { 'dapr.io/sidecar-listen-addresses': '0.0.0.0' }
    expect(podOf(fields, run).metadata?.annotations).not.toMatchObject(opened)
    const tester = podOf({ ...fields, appName: 'tester' }, run)
    expect(tester.metadata?.annotations).toMatchObject(opened)
    expect(JSON.stringify(tester.spec?.containers)).toContain(`"name":"tester-token-${whole.names.suffix}"`)
  })
})

describe('what was given as a file', () => {
  it('keeps its fields, and belongs to the run by its name, namespace, label, owner and scopes', () => {
    const run = runWith({ DAPR_TEST_NAMESPACE: 'tests' })
    const given = resourceOf('store', 'state.redis', {
      spec: { ignoreErrors: true, initTimeout: '30s' },
      auth: { secretStore: 'vault' },
    })
    const document = { ...given.document, metadata: { name: 'store', namespace: 'production', uid: 'x' } }
    const component = { ...componentOfFile({ ...given, document }), scopes: ['tester'] }
    expect(componentOf(component, run)).toEqual({
      ...given.document,
      metadata: {
        name: `store-${run.names.suffix}`,
        namespace: 'tests',
        labels: { 'app.kubernetes.io/managed-by': 'dapr-perf', 'dapr-perf/run': 'a-run' },
        ownerReferences: [run.owner],
      },
      scopes: [`tester-${run.names.suffix}`],
    })
  })

  it('is of its own kind and version', () => {
    const given = resourceOf('orders', undefined, { kind: 'Subscription', spec: { topic: 'orders' } })
    expect(objectOf({ ...given, scopes: ['tester'] }, runWith())).toMatchObject({
      apiVersion: 'dapr.io/v2alpha1',
      kind: 'Subscription',
      spec: { topic: 'orders' },
    })
  })
})
