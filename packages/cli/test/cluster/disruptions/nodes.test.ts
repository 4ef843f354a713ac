import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { kubectl, run } from '../cluster.js'
import { namespace, podsOf, prepareCluster, restoreCluster, startRun } from '../running.js'

beforeAll(prepareCluster, 60_000)
afterAll(restoreCluster, 120_000)

const create = (object: object) => run('kubectl', ['create', '-f', '-'], JSON.stringify(object))

/** Lets no pod onto the nodes. @returns what lets them again */
async function cordonAll(): Promise<() => Promise<void>> {
  const nodes = (await kubectl('get', 'nodes', '-o', 'name')).split('\n')
  const uncordon = async () => void (await kubectl('uncordon', ...nodes))
  onTestFinished(uncordon)
  await kubectl('cordon', ...nodes)
  return uncordon
}

/** What the cluster autoscaler leaves in a cluster, for as long as a test lasts. */
async function pretendAutoscaler(): Promise<void> {
  const metadata = { name: 'cluster-autoscaler-status', namespace: 'kube-system' }
  await create({ apiVersion: 'v1', kind: 'ConfigMap', metadata })
  onTestFinished(
    async () => void (await kubectl('delete', 'configmap', metadata.name, '-n', metadata.namespace)),
  )
}

/** What the cluster autoscaler says when it adds a node for a pod. */
async function announceNode(pod: string): Promise<void> {
  const { metadata } = JSON.parse(await kubectl('get', pod, '-n', namespace, '-o', 'json'))
  await create({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${metadata.name}.1`, namespace },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', name: metadata.name, namespace, uid: metadata.uid },
    type: 'Normal',
    reason: 'TriggeredScaleUp',
    message: 'pod triggered scale-up: [{group-1 0->1 (max: 3)}]',
    source: { component: 'cluster-autoscaler' },
    lastTimestamp: new Date().toISOString(),
  })
}

it('a run waits for a node that an autoscaler has announced, says so, and goes on when it comes', async () => {
  await pretendAutoscaler()
  const uncordon = await cordonAll()
  const cli = startRun()
  await expect.poll(() => podsOf('testapp'), { timeout: 30_000 }).toHaveLength(1)
  const [pod] = (await podsOf('testapp')) as [string]
  await announceNode(pod)
  await cli.printed("waiting up to 10 min for a node: testapp's pod can't be scheduled")
  await uncordon()
  await cli.printed('apps are ready')
  cli.kill('SIGINT')
  expect(await cli.ended, cli.stderr).toBe(130)
  expect(cli.stderr).toContain('pod triggered scale-up')
}, 120_000)
