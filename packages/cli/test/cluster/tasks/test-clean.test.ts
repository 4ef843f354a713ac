import { expect, it, onTestFinished } from 'vitest'
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
