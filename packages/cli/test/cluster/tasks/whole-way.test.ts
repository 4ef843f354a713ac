import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { execa } from 'execa'
import { expect, it } from 'vitest'
import { Cli, caseNames, failedChecks, readResult, root, temporaryFolder } from '../../cli.js'
import { allObjects, kubectl, registry, run, temporaryNamespace } from '../cluster.js'

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
  // All that is put into it complies.
  await kubectl('label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted')
  await turbo('docker-deploy-k8s')
  await turbo('setup-app-configurations', 'setup-test-env-redis')

  /** The result of a case's own task, which has to pass, but for its rate and late sends. */
  async function measured(name: string, more: NodeJS.ProcessEnv = {}) {
    const { all } = await execa('npx', ['turbo', `test-perf-${name}`], {
      cwd: root,
      env: { ...env, ...more },
      reject: false,
      all: true,
    })
    const [, folder = ''] = /results in (\S+)/.exec(all) ?? []
    const file = resolve(root, 'tests', folder, 'result.json')
    expect(existsSync(file), all).toBe(true)
    const result = JSON.parse(readFileSync(file, 'utf8'))
    expect(failedChecks(result), all).toEqual([])
    return result
  }
  const onRedis = { DAPR_PERF_STATE_STORE: 'redis' }
  const elsewhere = { DAPR_TEST_NAMESPACE: temporaryNamespace('whole-way') } // where there is no Redis
  const byAddress = { ...onRedis, ...elsewhere, REDIS_HOST: `dapr-redis-master.${namespace}:6379` }
  await execa('npx', ['turbo', 'create-test-namespace'], { cwd: root, env: { ...env, ...elsewhere } })
  /** Cases that are run one after the other. */
  async function runCases(names: string[]): Promise<void> {
    const out = temporaryFolder()
    await new Cli(['run', ...names, '--out', out], undefined, { env }).passed()
    for (const name of names) {
      const { environment, variants } = readResult(out, name)
      expect(environment.platform).toBe('kubernetes')
      expect(variants.dapr.requests).toBeGreaterThan(0)
    }
  }
  // Four runs at a time, in one namespace: most of a run is waiting.
  await Promise.all([0, 1, 2, 3].map((part) => runCases(caseNames.filter((_, index) => index % 4 === part))))
  const [byName, byHost] = await Promise.all([
    measured('state_get_grpc', onRedis),
    measured('state_get_http', byAddress),
  ])
  for (const { environment } of [byName, byHost])
    expect(environment.dapr.components).toMatchObject([{ name: 'statestore', type: 'state.redis' }])
  await kubectl('delete', 'namespace', elsewhere.DAPR_TEST_NAMESPACE)

  await turbo('setup-disable-mtls')
  const { environment } = await measured('service_invocation_http')
  expect(environment.dapr).toMatchObject({ mtls: false })

  await turbo('delete-test-namespace')
  const left = (await allObjects()).filter((name) => !before.includes(name))
  expect(
    left.filter((name) => !name.endsWith('.dapr.io')),
    'left but for the CRDs of Dapr',
  ).toEqual([])
  await turbo('test-clean')
  expect(await allObjects()).toEqual(before)
}, 900_000)
