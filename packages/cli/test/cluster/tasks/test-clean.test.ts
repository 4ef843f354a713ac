import { describe, expect, it, onTestFinished } from 'vitest'
import { daprPerf, kubectl, registry, run, temporaryNamespace } from '../cluster.js'

it('test-clean removes what was put into a namespace of somebody else, and nothing more', async () => {
  const namespace = temporaryNamespace('theirs')
  await kubectl('create', 'namespace', namespace)
  await kubectl('create', 'configmap', 'theirs', '-n', namespace)
  onTestFinished(async () => {
    await daprPerf(['test-clean'])
  })
  const redis = `${registry}/redis:7`
  await run('buildah', ['push', '--tls-verify=false', 'docker.io/library/redis:7', redis])
  await daprPerf(['setup-test-env-redis'], { DAPR_TEST_NAMESPACE: namespace, DAPR_PERF_REDIS_IMAGE: redis })
  const lines = await daprPerf(['test-clean'])
  expect(lines).toContain(`Deployment dapr-redis-master in namespace ${namespace}: removed`)
  expect(await kubectl('get', 'deployments,services,secrets', '-n', namespace, '-o', 'name')).toBe('')
  expect(await kubectl('get', 'configmaps', '-n', namespace, '-o', 'name')).toContain('configmap/theirs')
})

describe('what dapr-perf has not created', () => {
  it('is not overwritten by something of the same name', async () => {
    const namespace = temporaryNamespace('theirs')
    await kubectl('create', 'namespace', namespace)
    const name = 'dapr-redis-master'
    await kubectl('create', 'deployment', name, '--image=theirs', '--replicas=0', '-n', namespace)
    const refusal = await daprPerf(['setup-test-env-redis'], { DAPR_TEST_NAMESPACE: namespace }, 1)
    expect(refusal).toContain(`Deployment ${name}`)
    expect(refusal).toContain('nothing is changed')
    const left = await kubectl('get', 'deployments,services', '-n', namespace, '-o', 'name')
    expect(left).toBe(`deployment.apps/${name}`)
  })

  it('keeps its namespace, and with it the namespace that it was put into', async () => {
    const namespace = temporaryNamespace('ours')
    const env = { DAPR_TEST_NAMESPACE: namespace }
    await daprPerf(['create-test-namespace'], env)
    await kubectl('create', 'deployment', 'theirs', '--image=theirs', '--replicas=0', '-n', namespace)
    expect(await daprPerf(['delete-test-namespace'], env, 1)).toContain(
      'did not create Deployment theirs in it',
    )
    expect(await daprPerf(['test-clean'], env)).toContain(
      `namespace ${namespace}: kept, dapr-perf did not create Deployment theirs`,
    )
    await kubectl('delete', 'deployment', 'theirs', '-n', namespace)

    await kubectl('create', 'configmap', 'database', '-n', namespace)
    const uid = await kubectl(
      'get',
      'configmap',
      'database',
      '-n',
      namespace,
      '-o',
      'jsonpath={.metadata.uid}',
    )
    const volume = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name: 'of-an-operator',
        namespace,
        ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'database', uid }],
      },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
    }
    await run('kubectl', ['apply', '-f', '-'], JSON.stringify(volume))
    expect(await daprPerf(['delete-test-namespace'], env, 1)).toContain(
      'did not create PersistentVolumeClaim of-an-operator in it',
    )
    await kubectl('delete', 'persistentvolumeclaim', 'of-an-operator', '-n', namespace)
    expect(await daprPerf(['delete-test-namespace'], env)).toContain(`namespace ${namespace}: deleted`)

    const system = { DAPR_TEST_NAMESPACE: 'kube-public' }
    expect(await daprPerf(['delete-test-namespace'], system, 1)).toContain(
      'namespace kube-public was not created by dapr-perf, and is not deleted',
    )
  })
})
