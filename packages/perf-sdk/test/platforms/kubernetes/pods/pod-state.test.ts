import type { CoreV1Event, V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import { describe, expect, it } from 'vitest'
import { appDescription } from '../../../../src/description/app.js'
import type { NodeSupply } from '../../../../src/platforms/kubernetes/nodes/node-supply.js'
import { deathOf, obstaclesOf } from '../../../../src/platforms/kubernetes/pods/pod-state.js'

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

describe('a pod that has to run beside another', () => {
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
    expect(obstacle?.what).toContain("tester's pod can't be scheduled: 0/1 nodes are available")
  })
})

describe('a pod that no node has room for', () => {
  const pod = testerPod({ conditions: [unschedulable] })
  pod.metadata = { ...pod.metadata, uid: 'uid-1' }
  const event = (reason: string, fields: Partial<CoreV1Event> = {}): CoreV1Event => ({
    metadata: {},
    reason,
    message: `message of ${reason}`,
    involvedObject: { kind: 'Pod', uid: 'uid-1' },
    ...fields,
  })
  const at = (second: number) => ({ lastTimestamp: `2026-01-01T12:00:0${second}Z` as unknown as Date })
  const obstacleWith = (nodes: Partial<NodeSupply>) =>
    obstaclesOf(app, undefined, [app], [pod], { events: [], hasAutoscaler: false, ...nodes })[0]

  it('is hopeless soon where no autoscaler adds nodes', () => {
    const obstacle = obstacleWith({
      events: [event('FailedScheduling', { reportingComponent: 'default-scheduler' })],
    })
    expect(obstacle).toMatchObject({ gracePeriodMs: 3_000 })
    expect(obstacle?.awaitedNode).toBeUndefined()
    expect(obstacle?.what).toContain('DAPR_PERF_NODE_TIMEOUT=10m')
  })

  it('is given time for the decision of an autoscaler', () => {
    expect(obstacleWith({ hasAutoscaler: true })?.gracePeriodMs).toBeGreaterThan(10_000)
  })

  it.each([
    ['TriggeredScaleUp', {}],
    ['Nominated', { source: { component: 'karpenter' } }],
  ])('waits for the node that an autoscaler has announced, and says so: %s', (reason, fields) => {
    const obstacle = obstacleWith({ events: [event(reason, fields)] })
    expect(obstacle?.gracePeriodMs).toBe(600_000)
    expect(obstacle?.awaitedNode).toBe(
      `waiting up to 10 min for a node: tester's pod can't be scheduled: 0/1 nodes are available. message of ${reason}`,
    )
    expect(obstacle?.what).toContain('no node for it came within 10 min')
  })

  it.each([
    ['NotTriggerScaleUp', {}],
    ['FailedScheduling', { source: { component: 'karpenter' } }],
    ['FailedScheduling', { reportingComponent: 'eks-auto-mode/compute' }],
  ])('is hopeless soon where an autoscaler has refused one: %s, %j', (reason, fields) => {
    const obstacle = obstacleWith({ events: [event(reason, fields)], hasAutoscaler: true })
    expect(obstacle).toMatchObject({ gracePeriodMs: 3_000 })
    expect(obstacle?.what).toContain(`message of ${reason}`)
  })

  it("follows the autoscaler's latest decision, and none for another pod", () => {
    const refused = event('NotTriggerScaleUp', at(1))
    const coming = event('TriggeredScaleUp', at(2))
    const others = event('NotTriggerScaleUp', { ...at(3), involvedObject: { uid: 'uid-2' } })
    expect(obstacleWith({ events: [coming, refused, others] })?.awaitedNode).toBeDefined()
    expect(obstacleWith({ events: [coming, { ...refused, ...at(4) }] })?.awaitedNode).toBeUndefined()
  })

  it('waits for as long as the user says, whatever the autoscaler', () => {
    const events = [event('NotTriggerScaleUp')]
    const obstacle = obstacleWith({ events, timeoutMs: 90_000 })
    expect(obstacle).toMatchObject({ gracePeriodMs: 90_000 })
    expect(obstacle?.awaitedNode).toContain('waiting up to 1.5 min for a node')
    expect(obstacleWith({ timeoutMs: 0 })).toMatchObject({ gracePeriodMs: 0 })
  })
})

describe('an image that could not be pulled', () => {
  const after = (reason: string, message: string) =>
    obstaclesOf(app, undefined, apps, [testerPod(container({ state: { waiting: { reason, message } } }))])[0]

  it('counts at once where it is not there', () => {
    expect(after('ErrImagePull', 'r/perf-tester:t: not found')).toMatchObject({ gracePeriodMs: 0 })
  })

  it('counts at once where the registry asks for a login: a pull secret is what to look for', () => {
    const obstacle = after('ErrImagePull', 'r/perf-tester:t: 401 Unauthorized')
    expect(obstacle).toMatchObject({ gracePeriodMs: 0 })
    expect(obstacle?.what).toContain('DAPR_TEST_REGISTRY_SECRET')
  })

  it('is given a moment where the registry did not answer', () => {
    expect(after('ErrImagePull', 'dial tcp: i/o timeout')?.gracePeriodMs).toBeGreaterThan(0)
  })
})

it('an image that runs as root, where that is forbidden, needs another USER or another namespace', () => {
  const message = 'container has runAsNonRoot and image will run as root'
  const waiting = { reason: 'CreateContainerConfigError', message }
  const [obstacle] = obstaclesOf(app, undefined, apps, [testerPod(container({ state: { waiting } }))])
  expect(obstacle).toMatchObject({ gracePeriodMs: 0 })
  expect(obstacle?.what).toMatch(/enforce=restricted forbids root.*USER.*DAPR_TEST_NAMESPACE/)
})

describe('a container that exits before its pod is ready', () => {
  const exited = { exitCode: 1, reason: 'Error' }
  const obstacleOf = (name: string, fields: Partial<V1ContainerStatus>) =>
    obstaclesOf(app, undefined, apps, [testerPod(container({ name, ...fields }))])[0]

  it('counts at once where it is the app', () => {
    expect(obstacleOf('tester', { state: { terminated: exited } })).toMatchObject({ gracePeriodMs: 0 })
  })

  it('is given a second start where it is the sidecar', () => {
    expect(obstacleOf('daprd', { state: { terminated: exited } })?.gracePeriodMs).toBeGreaterThan(0)
    const again = { restartCount: 1, state: { running: {} }, lastState: { terminated: exited } }
    expect(obstacleOf('daprd', again)?.gracePeriodMs).toBeGreaterThan(0)
  })

  it('counts at once where the sidecar exits a second time', () => {
    const twice = { restartCount: 1, state: { terminated: exited }, lastState: { terminated: exited } }
    expect(obstacleOf('daprd', twice)).toMatchObject({ gracePeriodMs: 0, container: 'daprd' })
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
  expect(deathOf(pod, pod)).toBeUndefined()
})

describe('an app that was ready', () => {
  it('has died where its container ended', () => {
    const pod = testerPod(container({ state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }))
    expect(deathOf(pod, testerPod(container({})))?.what).toBe('tester exited with code 137 (OOMKilled)')
  })

  it('has died where its container was started again meanwhile', () => {
    const lastState = { terminated: { exitCode: 1, reason: 'Error' } }
    const pod = testerPod(container({ state: { running: {} }, restartCount: 1, lastState }))
    expect(deathOf(pod, testerPod(container({})))?.what).toBe('tester exited with code 1')
    expect(deathOf(pod, pod), 'but not where that was before').toBeUndefined()
  })

  it('has died where somebody deletes its pod', () => {
    const pod = testerPod(container({ state: { running: {} } }))
    pod.metadata = { ...pod.metadata, deletionTimestamp: new Date() }
    expect(deathOf(pod, pod)?.what).toBe("tester's pod tester-1 was deleted")
  })
})
