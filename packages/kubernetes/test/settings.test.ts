import { InputError } from '@dapr-perf/errors'
import { describe, expect, it } from 'vitest'
import { readKubernetesSettings, testImage } from '../src/read-settings.js'

describe('the settings of a cluster', () => {
  it('have the defaults of the Go suite', () => {
    expect(readKubernetesSettings({ TARGET_ARCH: 'arm64' })).toEqual({
      testNamespace: 'dapr-tests',
      daprNamespace: 'dapr-tests',
      daprRegistry: undefined,
      daprTag: 'dev-linux-arm64',
      testRegistry: undefined,
      testTag: 'dev-linux-arm64',
      targetOs: 'linux',
      targetArch: 'arm64',
      pullSecret: undefined,
      pullPolicy: 'Always',
      serviceType: 'ClusterIP',
      nodeAddress: undefined,
      nodeTimeout: undefined,
      helmSet: undefined,
      resources: {},
    })
  })

  it('take the namespace of Dapr for the apps, too, where only that one is named', () => {
    const { testNamespace, daprNamespace } = readKubernetesSettings({ DAPR_NAMESPACE: 'dapr-system' })
    expect([testNamespace, daprNamespace]).toEqual(['dapr-system', 'dapr-system'])
  })

  it("take Dapr's registry and tag for the apps, too, where only these are named", () => {
    const env = { DAPR_REGISTRY: 'localhost:5000', DAPR_TAG: 'mine', TARGET_ARCH: 'amd64' }
    expect(readKubernetesSettings(env)).toMatchObject({
      testRegistry: 'localhost:5000',
      testTag: 'mine-linux-amd64',
    })
  })

  it.each([
    [{ MINIKUBE_NODE_IP: '192.168.49.2' }, 'NodePort'],
    [{ DAPR_TEST_MINIKUBE_IP: 'node.example' }, 'NodePort'],
    [{ MINIKUBE_NODE_IP: '' }, 'ClusterIP'],
    [{ MINIKUBE_NODE_IP: '192.168.49.2', DAPR_PERF_SERVICE_TYPE: 'ClusterIP' }, 'ClusterIP'],
    [{ DAPR_PERF_SERVICE_TYPE: 'LoadBalancer' }, 'LoadBalancer'],
  ])('give no app an address outside the cluster that was not asked for: %j', (env, serviceType) => {
    expect(readKubernetesSettings(env)).toMatchObject({ serviceType })
  })

  it('have the resources that replace those of the apps and sidecars', () => {
    const env = {
      DAPR_SIDECAR_CPU_LIMIT: '500m',
      DAPR_SIDECAR_MEMORY_REQUEST: '',
      DAPR_APP_MEMORY_LIMIT: '1.5Gi',
    }
    const resources = { daprCPULimit: '500m', appMemoryLimit: '1.5Gi' }
    expect(readKubernetesSettings(env)).toMatchObject({ resources })
  })

  it("have further values for Dapr's chart", () => {
    const helmSet = 'dapr_operator.logLevel=debug,dapr_sidecar_injector.image.name=ghcr.io/dapr/daprd:1.17.0'
    expect(readKubernetesSettings({ ADDITIONAL_HELM_SET: helmSet })).toMatchObject({ helmSet })
  })

  it('count an empty variable as absent', () => {
    expect(readKubernetesSettings({ DAPR_TEST_NAMESPACE: '' }).testNamespace).toBe('dapr-tests')
  })

  it.each([
    ['DAPR_TEST_NAMESPACE', 'a/../b'],
    ['DAPR_NAMESPACE', 'Upper'],
    ['DAPR_TEST_REGISTRY', 'localhost:5000/a b'],
    ['DAPR_TEST_REGISTRY', '--insecure'],
    ['DAPR_TEST_TAG', '-rf'],
    ['PULL_POLICY', 'Sometimes'],
    ['TARGET_OS', 'lin ux'],
    ['TARGET_ARCH', '$(id)'],
    ['DAPR_TEST_REGISTRY_SECRET', 'a b'],
    ['DAPR_PERF_SERVICE_TYPE', 'Ingress'],
    ['DAPR_TEST_MINIKUBE_IP', '1.2.3.4/x'],
    ['DAPR_SIDECAR_CPU_LIMIT', '1,0'],
    ['DAPR_SIDECAR_MEMORY_REQUEST', '-1Mi'],
    ['DAPR_APP_MEMORY_LIMIT', '256 MB'],
    ['DAPR_PERF_NODE_TIMEOUT', '10'],
    ['ADDITIONAL_HELM_SET', 'dapr_operator.logLevel'],
    ['ADDITIONAL_HELM_SET', '--kube-context=other'],
    ['ADDITIONAL_HELM_SET', 'a=b --kube-context other'],
  ])('refuse %s=%s, by name and value', (name, value) => {
    expect(() => readKubernetesSettings({ [name]: value })).toThrow(InputError)
    expect(() => readKubernetesSettings({ [name]: value })).toThrow(`${name}=${value}: expected`)
  })
})

describe('the image of an app', () => {
  it('stands in the registry of the tests, under their tag', () => {
    const settings = readKubernetesSettings({ DAPR_TEST_REGISTRY: 'localhost:5000', DAPR_TEST_TAG: 'dev' })
    expect(testImage('perf-tester', settings)).toBe('localhost:5000/perf-tester:dev')
  })

  it('needs a registry: the error shows how to set it', () => {
    expect(() => testImage('perf-tester', readKubernetesSettings({}))).toThrow('export DAPR_TEST_REGISTRY=')
  })
})
