import { describe, expect, it, onTestFinished } from 'vitest'
import { allObjects, daprPerf, kubectl, registry, run, temporaryNamespace } from '../cluster.js'

const programs = ['daprd', 'operator', 'sentry', 'injector', 'placement', 'scheduler']
const images = { DAPR_REGISTRY: registry, DAPR_TEST_REGISTRY: registry }

/** The environment for a Dapr in a namespace of its own; after the test nothing is left of it. */
function temporaryDapr(prefix = 'dapr-tests') {
  const namespace = temporaryNamespace(prefix)
  onTestFinished(async () => {
    await daprPerf(['test-clean'])
  }, 120_000)
  return { ...images, DAPR_NAMESPACE: namespace, DAPR_TEST_NAMESPACE: namespace }
}

const values = async (namespace: string) =>
  JSON.parse(await run('helm', ['get', 'values', 'dapr', '--namespace', namespace, '--output', 'json']))

describe("Dapr's control plane", () => {
  it('is installed with the settings of the Go suite, upgraded, and removed: the cluster is as it was', async () => {
    const before = await allObjects()
    const env = temporaryDapr()
    await daprPerf(['create-test-namespace'], env)
    await daprPerf(['docker-deploy-k8s'], env)
    expect(await values(env.DAPR_NAMESPACE)).toMatchObject({
      global: {
        ha: { enabled: false },
        logAsJson: true,
        mtls: { enabled: true },
        registry,
        tag: 'dev-linux-amd64',
        daprControlPlaneOs: 'linux',
        imagePullPolicy: 'Always',
      },
      dapr_placement: { logLevel: 'debug', cluster: { forceInMemoryLog: true } },
      dapr_scheduler: { cluster: { inMemoryStorage: true } },
      dapr_sidecar_injector: { sidecarImagePullPolicy: 'Always' },
    })
    await daprPerf(['setup-app-configurations'], env)
    const get = (output: string, ...what: string[]) =>
      kubectl('get', ...what, '-n', env.DAPR_NAMESPACE, '-o', output)
    const configurations = await get('name', 'configurations.dapr.io')
    expect(configurations).toContain('disable-telemetry')
    expect(configurations).toContain('obs-defaultmetric')

    await daprPerf(['setup-disable-mtls'], env)
    const mtls = () => get('jsonpath={.spec.mtls.enabled}', 'configuration', 'daprsystem')
    expect(await mtls()).toBe('false')
    await daprPerf(['docker-deploy-k8s'], env)
    expect(await mtls()).toBe('true')

    const next = { ...env, DAPR_TAG: 'next' }
    for (const program of programs) {
      const image = `${registry}/${program}`
      const [from, to] = [`${image}:dev-linux-amd64`, `docker://${image}:next-linux-amd64`]
      await run('buildah', ['push', '--tls-verify=false', from, to])
    }
    await daprPerf(['docker-deploy-k8s'], next)
    const running = () => get('jsonpath={.items[*].spec.containers[*].image}', 'pods')
    expect(await running()).toContain('scheduler:next-linux-amd64')
    // helm waits for the new pods, and not for the end of the old ones.
    await expect.poll(running, { timeout: 60_000, interval: 500 }).not.toContain('dev-linux-amd64')

    expect(await daprPerf(['helm-uninstall'], env)).toContain('uninstalled')
    expect(await daprPerf(['helm-uninstall'], env)).toContain('is not installed')
    await daprPerf(['test-clean'], env)
    expect(await allObjects()).toEqual(before)
  })

  it('is not installed where its images were not pushed: they are named, and nothing is left', async () => {
    const before = await allObjects()
    const env = { ...temporaryDapr(), DAPR_TAG: 'never-pushed' }
    const refusal = await daprPerf(['docker-deploy-k8s'], env, 1)
    expect(refusal).toContain(`not in the registry: ${registry}/daprd:never-pushed-linux-amd64`)
    expect(refusal).toContain('npx turbo docker-push')
    expect(await allObjects()).toEqual(before)
  })

  it('is given up as soon as an image can not be pulled, and then makes way for the next; it is not installed beside one that is alive, nor over what an earlier one has left, unless that is asked for', async () => {
    const earlier = temporaryDapr('earlier')
    const env = temporaryDapr()
    const broken = { ...earlier, DAPR_TAG: 'never-pushed', PULL_POLICY: 'IfNotPresent' }
    expect(await daprPerf(['docker-deploy-k8s'], broken, 1)).toMatch(
      /pod dapr-.*, image .*:never-pushed-linux-amd64: ImagePullBackOff/,
    )
    await daprPerf(['docker-deploy-k8s'], earlier)
    const before = await allObjects()
    const refusal = await daprPerf(['docker-deploy-k8s', '--adopt'], env, 1)
    expect(refusal).toContain(`there is a Dapr in namespace ${earlier.DAPR_NAMESPACE}`)
    await daprPerf(['delete-test-namespace'], env)
    expect(await allObjects(), 'what belongs to a Dapr that is alive is not touched').toEqual(before)

    await kubectl('delete', 'namespace', earlier.DAPR_NAMESPACE)
    const second = await daprPerf(['docker-deploy-k8s'], env, 1)
    expect(second).toContain(
      `ClusterRole dapr-operator-admin, of a Dapr in namespace ${earlier.DAPR_NAMESPACE}`,
    )
    expect(second).toContain('RoleBinding dapr-secret-reader in namespace default')
    expect(second).toContain('--adopt')
    expect(await daprPerf(['docker-deploy-k8s', '--adopt'], env)).toContain('dapr-operator-admin')
  })
})
