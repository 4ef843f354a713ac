import { join } from 'node:path'
import { daprGoModule } from '@dapr-perf/dapr'
import { execa } from 'execa'
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

/** A Dapr with high availability that somebody else has installed; after the test nothing is left of it. */
async function foreignDapr() {
  const namespace = temporaryNamespace('theirs')
  const options = { cwd: daprGoModule() }
  const { stdout } = await execa('go', ['list', '-m', '-f', '{{.Dir}}', 'github.com/dapr/dapr'], options)
  const chart = join(stdout, 'charts/dapr')
  onTestFinished(async () => {
    await run('helm', ['uninstall', 'dapr', '-n', namespace, '--ignore-not-found'])
    await kubectl('delete', '--ignore-not-found', '-f', join(chart, 'crds'))
  }, 120_000)
  // Its pods don't matter here: without their images there is nothing to wait for.
  const values = 'global.ha.enabled=true,global.imagePullPolicy=Never'
  await run('helm', ['install', 'dapr', chart, '-n', namespace, '--create-namespace', '--set', values])
  return { ...images, DAPR_NAMESPACE: namespace, DAPR_TEST_NAMESPACE: namespace }
}

/** What tells whether anything in a namespace was changed, or deleted and created again. */
async function specsIn(namespace: string): Promise<object[]> {
  const kinds = 'deployments,statefulsets,poddisruptionbudgets,services,configurations.dapr.io'
  const { items } = JSON.parse(await kubectl('get', kinds, '-n', namespace, '-o', 'json'))
  type Item = { kind: string; metadata: { name: string; uid: string }; spec: object }
  return items.map(({ kind, metadata: { name, uid }, spec }: Item) => ({ kind, name, uid, spec }))
}

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

    const theirs = temporaryNamespace('theirs')
    await kubectl('create', 'namespace', theirs)
    const byHand = {
      apiVersion: 'dapr.io/v1alpha1',
      kind: 'Configuration',
      metadata: { name: 'daprsystem', namespace: theirs },
      spec: {
        mtls: { enabled: true, controlPlaneTrustDomain: 'cluster.local', sentryAddress: 'sentry:443' },
      },
    }
    await run('kubectl', ['apply', '-f', '-'], JSON.stringify(byHand))
    expect(await daprPerf(['setup-disable-mtls'], { ...env, DAPR_NAMESPACE: theirs }, 1)).toContain(
      'was not installed by dapr-perf',
    )
    await kubectl('delete', 'configurations.dapr.io', 'daprsystem', '-n', theirs)
    await daprPerf(['setup-app-configurations'], { ...env, DAPR_TEST_NAMESPACE: theirs })

    await daprPerf(['setup-disable-mtls'], env)
    const mtls = () => get('jsonpath={.spec.mtls.enabled}', 'configuration', 'daprsystem')
    expect(await mtls()).toBe('false')
    await daprPerf(['docker-deploy-k8s'], { ...env, ADDITIONAL_HELM_SET: 'dapr_operator.watchInterval=20s' })
    expect(await mtls()).toBe('true')
    expect(await values(env.DAPR_NAMESPACE)).toMatchObject({ dapr_operator: { watchInterval: '20s' } })

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
    const cleaned = await daprPerf(['test-clean'], env)
    expect(cleaned).toContain(`Configuration disable-telemetry in namespace ${theirs}: removed`)
    await kubectl('delete', 'namespace', theirs)
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

  it('of somebody else is neither changed nor removed, unless that is asked for and Kubernetes would accept all of it', async () => {
    const env = await foreignDapr()
    const { DAPR_NAMESPACE: namespace } = env
    const before = await specsIn(namespace)
    const refusal = await daprPerf(['docker-deploy-k8s'], env, 1)
    expect(refusal).toContain(
      `the Dapr in namespace ${namespace} was not installed by dapr-perf, and is not changed`,
    )
    expect(refusal).toContain(
      'StatefulSet dapr-scheduler-server: deleted and created again, without its data',
    )
    expect(refusal).toMatch(/Deployment dapr-operator: changed \(.*spec\.replicas: 3 → 1/)
    expect(refusal).toContain('PodDisruptionBudget dapr-operator-disruption-budget: deleted')
    expect(refusal).toContain(`no deployment is needed: export DAPR_NAMESPACE=${namespace}`)
    const beside = await daprPerf(['docker-deploy-k8s'], { ...images, DAPR_NAMESPACE: 'dapr-tests' }, 1)
    expect(beside).toContain(`no deployment is needed: export DAPR_NAMESPACE=${namespace}`)
    for (const task of ['helm-uninstall', 'setup-disable-mtls', 'delete-test-namespace'])
      expect(await daprPerf([task], env, 1)).toContain(`namespace ${namespace} was not`)
    await daprPerf(['test-clean'], env)
    expect(await specsIn(namespace)).toEqual(before)

    await kubectl('delete', 'serviceaccount', 'dapr-operator', '-n', namespace)
    await kubectl('create', 'quota', 'full', '-n', namespace, '--hard=count/serviceaccounts=1')
    const refused = await daprPerf(['docker-deploy-k8s', '--change-foreign'], env, 1)
    expect(refused).toMatch(/ServiceAccount dapr-operator: Kubernetes would not accept it: .*quota/)
    expect(await specsIn(namespace), 'nothing was deleted before').toEqual(before)

    await kubectl('delete', 'quota', 'full', '-n', namespace)
    const changed = await daprPerf(['docker-deploy-k8s', '--change-foreign'], env)
    expect(changed).toContain('StatefulSet dapr-scheduler-server: deleted and created again')
    expect(await values(namespace)).toMatchObject({ global: { ha: { enabled: false }, registry } })
    expect(await daprPerf(['helm-uninstall'], env, 1), 'it is still theirs').toContain('is not removed')
    expect(await daprPerf(['docker-deploy-k8s', '--change-foreign'], env)).not.toMatch(/: (changed|deleted)/)
  })
})
