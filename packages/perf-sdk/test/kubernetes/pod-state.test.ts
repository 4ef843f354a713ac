import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import { describe, expect, it } from 'vitest'
import { appDescription } from '../../src/platforms/descriptions.js'
import { deathOf, obstaclesOf } from '../../src/platforms/kubernetes/pod-state.js'

const app = appDescription.parse({
  appName: 'tester',
  imageName: 'perf-tester',
  podAffinityLabels: { daprtest: 'testapp' },
})

const testapp = appDescription.parse({
  appName: 'testapp',
  imageName: 'perf-service_invocation_http',
  labels: { daprtest: 'testapp' },
})
const apps = [testapp, app]

const unschedulable = { type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' }

const testerPod = (status: V1Pod['status']): V1Pod => ({
  metadata: { name: 'tester-1', labels: { 'dapr-perf/app': 'tester' } },
  spec: { containers: [{ name: 'tester' }] },
  ...(status && { status }),
})

const testappPod = (nodeName?: string): V1Pod => ({
  metadata: { name: 'testapp-1', labels: { 'dapr-perf/app': 'testapp', daprtest: 'testapp' } },
  spec: { containers: [{ name: 'testapp' }], ...(nodeName && { nodeName }) },
})

const container = (fields: Partial<V1ContainerStatus>): V1Pod['status'] => ({
  containerStatuses: [
    { name: 'tester', image: 'r/perf-tester:t', imageID: '', ready: false, restartCount: 0, ...fields },
  ],
})

describe('a pod that has to stand beside another', () => {
  const pod = testerPod({ conditions: [unschedulable] })

  it('is not hopeless before that one has its node', () => {
    expect(obstaclesOf(app, undefined, apps, [pod, testappPod()])).toEqual([])
  })

  it('is not hopeless while that one has no pod at all: what keeps it from one is the reason', () => {
    expect(obstaclesOf(app, undefined, apps, [pod])).toEqual([])
  })

  it('is, where its test has no such app', () => {
    expect(obstaclesOf(app, undefined, [app], [pod])).toHaveLength(1)
  })

  it("is, with the scheduler's message, after it has", () => {
    const [obstacle] = obstaclesOf(app, undefined, apps, [pod, testappPod('node')])
    expect(obstacle?.what).toBe("tester's pod can't be scheduled: 0/1 nodes are available")
  })
})

describe('an image that could not be pulled', () => {
  const after = (reason: string, message: string) =>
    obstaclesOf(app, undefined, apps, [testerPod(container({ state: { waiting: { reason, message } } }))])[0]

  it('counts at once where it is not there', () => {
    expect(after('ErrImagePull', 'r/perf-tester:t: not found')).toMatchObject({ patienceMs: 0 })
  })

  it('counts at once where the registry asks for a login: a pull secret is what to look for', () => {
    const obstacle = after('ErrImagePull', 'r/perf-tester:t: 401 Unauthorized')
    expect(obstacle).toMatchObject({ patienceMs: 0 })
    expect(obstacle?.what).toContain('DAPR_TEST_REGISTRY_SECRET')
  })

  it('is given a moment where the registry did not answer', () => {
    expect(after('ErrImagePull', 'dial tcp: i/o timeout')?.patienceMs).toBeGreaterThan(0)
  })
})

it('an init container that did its work is no crash', () => {
  const [done] =
    container({ name: 'istio-init', state: { terminated: { exitCode: 0 } } })?.containerStatuses ?? []
  const pod = testerPod({
    ...container({ state: { running: {} } }),
    initContainerStatuses: done ? [done] : [],
  })
  expect(obstaclesOf(app, undefined, apps, [pod])).toEqual([expect.objectContaining({ container: 'tester' })])
  expect(deathOf(pod)).toBeUndefined()
})

describe('an app that was ready', () => {
  it('has died where its container ended', () => {
    const pod = testerPod(container({ state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }))
    expect(deathOf(pod)?.what).toBe('tester ended with exit code 137 (OOMKilled)')
  })

  it('has died where its container was started again meanwhile', () => {
    const lastState = { terminated: { exitCode: 1, reason: 'Error' } }
    const pod = testerPod(container({ state: { running: {} }, restartCount: 1, lastState }))
    expect(deathOf(pod)?.what).toBe('tester ended with exit code 1')
  })

  it('has died where somebody deletes its pod', () => {
    const pod = testerPod(container({ state: { running: {} } }))
    pod.metadata = { ...pod.metadata, deletionTimestamp: new Date() }
    expect(deathOf(pod)?.what).toBe("tester's pod tester-1 was deleted")
  })
})
