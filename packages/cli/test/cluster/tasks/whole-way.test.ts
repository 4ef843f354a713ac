import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, it } from 'vitest'
import { Cli, root, temporaryFolder } from '../../cli.js'
import { allObjects, registry, run, temporaryNamespace } from '../cluster.js'

const load = { DAPR_PERF_QPS: '40', DAPR_PERF_CONNECTIONS: '2', DAPR_TEST_DURATION: '2s' }

it('goes from nothing to nothing: images, Dapr, every case, and the cluster is as it was', async () => {
  const before = await allObjects()
  const namespace = temporaryNamespace('whole-way')
  const redis = `${registry}/redis:7`
  await run('buildah', ['push', '--tls-verify=false', 'docker.io/library/redis:7', redis])
  const env = {
    ...load,
    NO_COLOR: '1',
    DAPR_PERF_PLATFORM: 'kubernetes',
    DAPR_REGISTRY: registry,
    DAPR_NAMESPACE: namespace,
    DAPR_TEST_REGISTRY: registry,
    DAPR_TEST_NAMESPACE: namespace,
    DAPR_PERF_REDIS_IMAGE: redis,
  }
  const turbo = (...tasks: string[]) => execa('npx', ['turbo', ...tasks], { cwd: root, env, all: true })

  await turbo('create-test-namespace', 'docker-push', 'push-perf-app-all')
  await turbo('docker-deploy-k8s')
  await turbo('setup-app-configurations', 'setup-test-env-redis')

  const out = temporaryFolder()
  const cli = new Cli(['run', '--all', '--out', out], undefined, { env })
  await cli.passed()
  for (const name of readdirSync(join(root, 'tests'))) {
    const file = join(realpathSync(join(out, 'latest')), name, 'result.json')
    const { environment, dapr } = JSON.parse(readFileSync(file, 'utf8'))
    expect(environment.platform).toBe('kubernetes')
    expect(dapr.requests).toBeGreaterThan(0)
  }

  Object.assign(env, { DAPR_PERF_STATE_STORE: 'redis' })
  const { all: onRedis } = await turbo('test-perf-state_get_grpc').catch((error) => error) // a rate may be missed
  expect(onRedis).toContain('state in redis')
  expect(onRedis).toContain('✓ baseline: every answer is a success')

  await turbo('test-clean')
  await turbo('delete-test-namespace')
  expect(await allObjects()).toEqual(before)
}, 900_000)
