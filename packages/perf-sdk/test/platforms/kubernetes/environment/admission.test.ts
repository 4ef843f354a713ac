import { readKubernetesSettings } from '@dapr-perf/kubernetes/settings'
import type { V1Container, V1Pod, V1PodSpec } from '@kubernetes/client-node'
import { describe, expect, it } from 'vitest'
import { type AppDescription, appDescription } from '../../../../src/description/app.js'
import { admittedBesides } from '../../../../src/platforms/kubernetes/environment/admission.js'
import { deploymentOf } from '../../../../src/platforms/kubernetes/manifests/manifests.js'
import { RunNames } from '../../../../src/platforms/kubernetes/run/names.js'
import type { Run } from '../../../../src/platforms/kubernetes/run/run.js'

const run: Run = {
  runId: 'a-run',
  names: new RunNames(),
  settings: readKubernetesSettings({ DAPR_TEST_REGISTRY: 'localhost:5000', DAPR_TEST_TAG: 'v1' }),
  restricted: false,
  owner: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name: 'dapr-perf-a', uid: '1' },
}

const appWith = (fields: Partial<AppDescription> = {}) =>
  appDescription.parse({
    appName: 'tester',
    imageName: 'perf-tester',
    daprEnabled: true,
    daprEnv: { GOGC: '50' },
    ...fields,
  })

/** Dapr's sidecar as its injector makes it, shortened. */
const daprd: V1Container = {
  name: 'daprd',
  image: 'daprio/daprd:1.18.2',
  args: ['/daprd', '--app-id', 'tester'],
  env: [
    { name: 'NAMESPACE', value: 'dapr-tests' },
    { name: 'DAPR_TRUST_ANCHORS', value: '-----BEGIN CERTIFICATE-----' },
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'DAPR_CONTROLPLANE_NAMESPACE', value: 'dapr-system' },
    { name: 'GOGC', value: '50' },
    { name: 'DAPR_ENV_KEYS', value: 'GOGC' },
    { name: 'APP_API_TOKEN', valueFrom: { secretKeyRef: { name: 's', key: 'token' } } },
  ],
  volumeMounts: [
    { name: 'dapr-identity-token', mountPath: '/var/run/secrets/dapr.io/sentrytoken' },
    { name: 'kube-api-access-x7k2p', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
  ],
}

/** A pod of the app as the API server has it where there is nothing but Dapr's injector. */
function admitted(app: ReturnType<typeof appWith>, change: (spec: V1PodSpec) => void = () => {}): V1Pod {
  const { metadata, spec } = structuredClone(deploymentOf(app, run, []).spec?.template) as {
    metadata: V1Pod['metadata']
    spec: V1PodSpec
  }
  const own = spec.containers[0] as V1Container
  own.env?.push({ name: 'DAPR_HTTP_PORT', value: '3500' }, { name: 'DAPR_GRPC_PORT', value: '50001' })
  own.env?.push({ name: 'APP_PROTOCOL', value: 'http' })
  const token = { name: 'kube-api-access-x7k2p', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }
  own.volumeMounts = [token]
  for (const variable of own.env ?? []) if (variable.value === '') delete variable.value
  own.terminationMessagePath = '/dev/termination-log'
  if (app.daprEnabled) spec.containers.push(structuredClone(daprd))
  spec.volumes = [{ name: token.name }, { name: 'dapr-identity-token' }]
  spec.tolerations = [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' }]
  change(spec)
  return { ...(metadata && { metadata }), spec }
}

const app = appWith({ appEnv: { NODE_OPTIONS: '--max-old-space-size=512', EMPTY: '' } })
const changesOf = (change: (spec: V1PodSpec) => void, of = app) =>
  admittedBesides([of], [admitted(of, change)], run)
const container = (spec: V1PodSpec, name: string) =>
  spec.containers.find((one) => one.name === name) as V1Container

describe('what admission added to a pod', () => {
  it.each([
    ['with a sidecar', app],
    ['without one', appWith({ daprEnabled: false })],
    ['with quantities that the API server writes in another way', appWith({ appCPULimit: '0.7' })],
  ])('is nothing but what Dapr and Kubernetes themselves add to each, of an app %s', (_, of) => {
    const normalized = (spec: V1PodSpec) => {
      const { resources } = container(spec, 'tester')
      if (!of.appCPULimit || !resources) return
      resources.limits = { ...resources.limits, cpu: '700m' }
      resources.requests = { ...resources.requests, cpu: '700m' }
    }
    expect(changesOf(normalized, of)).toEqual({})
  })

  it("is nothing where Dapr's sidecar is a native one", () => {
    const native = (spec: V1PodSpec) => {
      spec.initContainers = [{ ...(spec.containers.pop() as V1Container), restartPolicy: 'Always' }]
    }
    expect(changesOf(native)).toEqual({})
  })

  it("is a mesh's containers, with their images", () => {
    const mesh = (spec: V1PodSpec) => {
      spec.initContainers = [{ name: 'istio-init', image: 'istio/proxyv2:1.26' }]
      spec.containers.push({ name: 'istio-proxy', image: 'istio/proxyv2:1.26' })
    }
    expect(changesOf(mesh)).toEqual({
      tester: [
        'container istio-proxy (istio/proxyv2:1.26)',
        'init container istio-init (istio/proxyv2:1.26)',
      ],
    })
  })

  it("is an agent's variables and volumes, in our containers and in Dapr's, without values", () => {
    const agent = (spec: V1PodSpec) => {
      for (const one of spec.containers) {
        one.env?.push({ name: 'HTTP_PROXY', value: 'http://me:s3cret@proxy:3128' })
        one.volumeMounts?.push({ name: 'otel', mountPath: '/otel-auto-instrumentation-nodejs' })
      }
      container(spec, 'tester').envFrom = [{ secretRef: { name: 'datadog' } }]
    }
    expect(changesOf(agent)).toEqual({
      tester: [
        'variable HTTP_PROXY of daprd',
        'variable HTTP_PROXY of tester',
        'variables from datadog of tester',
        'volume at /otel-auto-instrumentation-nodejs of daprd',
        'volume at /otel-auto-instrumentation-nodejs of tester',
      ],
    })
  })

  it('is also what it changed: a variable of the case, the command, resources, the runtime', () => {
    const changed = (spec: V1PodSpec) => {
      const own = container(spec, 'tester')
      const options = own.env?.find(({ name }) => name === 'NODE_OPTIONS')
      if (options) options.value += ' --require /otel/autoinstrumentation.js'
      own.command = ['/agent/wrap', 'node']
      own.resources = { ...own.resources, limits: { ...own.resources?.limits, cpu: '500m' } }
      spec.runtimeClassName = 'gvisor'
      spec.hostNetwork = true
    }
    expect(changesOf(changed)).toEqual({
      tester: [
        'command of tester, changed',
        'hostNetwork',
        'limits.cpu 500m of tester',
        'runtimeClassName gvisor',
        'variable NODE_OPTIONS of tester, changed',
      ],
    })
  })

  it('is named once for all replicas, and for each app', () => {
    const mesh = (spec: V1PodSpec) => void spec.containers.push({ name: 'linkerd-proxy' })
    const other = appWith({ appName: 'testapp' })
    const pods = [admitted(app, mesh), admitted(app, mesh), admitted(other)]
    expect(admittedBesides([app, other], pods, run)).toEqual({ tester: ['container linkerd-proxy'] })
  })

  it('does not count that each variant has other names for components and apps', () => {
    const of = appWith({ appEnv: { STORE: { component: 'statestore' }, TARGET: { appId: 'tester' } } })
    const renamed = (spec: V1PodSpec) => {
      for (const one of container(spec, 'tester').env ?? [])
        if (one.name === 'STORE') one.value = 'statestore-b1'
    }
    expect(changesOf(renamed, of)).toEqual({})
  })
})
