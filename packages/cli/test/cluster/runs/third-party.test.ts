import { describe, expect, it } from 'vitest'
import { daprPerf, kubectl, registry, run, temporaryNamespace } from '../cluster.js'

describe('third parties', () => {
  it('Redis runs, and answers', async () => {
    const redis = `${registry}/redis:7`
    await run('buildah', ['push', '--tls-verify=false', 'docker.io/library/redis:7', redis])
    const namespace = temporaryNamespace('redis')
    const env = { DAPR_TEST_NAMESPACE: namespace, DAPR_PERF_REDIS_IMAGE: redis }
    await daprPerf(['create-test-namespace'], env)
    await daprPerf(['setup-test-env-redis'], env)
    const deployment = () =>
      kubectl('get', 'deployment', '-n', namespace, '-o', 'jsonpath={.items[*].metadata.generation}')
    const made = await deployment()
    await daprPerf(['setup-test-env-redis'], env)
    expect(await deployment(), 'a second time changes nothing').toBe(made)

    const address = await kubectl(
      'get',
      'service',
      'dapr-redis-master',
      '-n',
      namespace,
      '-o',
      'jsonpath={.spec.clusterIP}',
    )
    expect(await run('redis-cli', ['-h', address, 'ping'])).toBe('PONG')
  })

  it('are given up as soon as an image can not be pulled, with the reason', async () => {
    const namespace = temporaryNamespace('redis')
    const env = { DAPR_TEST_NAMESPACE: namespace, DAPR_PERF_REDIS_IMAGE: `${registry}/redis:never-pushed` }
    await daprPerf(['create-test-namespace'], env)
    const failure = /pod dapr-redis-master.*, image .*redis:never-pushed: ImagePullBackOff/
    expect(await daprPerf(['setup-test-env-redis'], env, 1)).toMatch(failure)
    expect(await daprPerf(['setup-test-env-redis'], env, 1), 'a second time').toMatch(failure)
  })

  it.each(['kafka', 'mongodb'])('%s is what the API server takes', async (name) => {
    const namespace = temporaryNamespace(name)
    await daprPerf(['create-test-namespace'], { DAPR_TEST_NAMESPACE: namespace })
    const lines = await daprPerf([`setup-test-env-${name}`, '--dry-run'], { DAPR_TEST_NAMESPACE: namespace })
    expect(lines).toContain(`Deployment dapr-${name} in namespace ${namespace}: valid`)
    expect(await kubectl('get', 'deployments', '-n', namespace, '-o', 'name')).toBe('')
  })
})
