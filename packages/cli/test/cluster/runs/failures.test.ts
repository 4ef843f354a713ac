import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Cli, temporaryFolder } from '../../cli.js'
import { kubectl, registry, run } from '../cluster.js'
import {
  namespace,
  objectsOfRuns,
  podsBeingCreatedGone,
  podsOf,
  prepareCluster,
  restoreCluster,
  startEdited,
  startRun,
} from '../running.js'

beforeAll(prepareCluster, 60_000)
afterAll(restoreCluster, 120_000)

// A run that waited for what can't come would end after 5 minutes.
const inTime = { timeout: 120_000 }

/** Waits for the end of a run that can't succeed. Nothing is left of it. */
async function failureOf(cli: Cli): Promise<string> {
  expect(await cli.ended, cli.stderr).toBe(1)
  await podsBeingCreatedGone()
  return cli.stderr.slice(cli.stderr.indexOf('dapr-perf: '))
}

describe('an app that can not become ready ends the run as soon as that is known', inTime, () => {
  it('where its image has a wrong tag', async () => {
    const pulled = { DAPR_TEST_TAG: 'nothing-here', PULL_POLICY: 'IfNotPresent' } // the registry isn't asked before
    const text = await failureOf(startRun({ env: pulled }))
    expect(text).toMatch(
      /its image localhost:5000\/perf-\S+:nothing-here can't be pulled \(\w+: .*not found/s,
    )
    expect(text).toContain('DAPR_TEST_TAG')
  })

  it("where it can't be scheduled: with the scheduler's message, not that of waiting for its neighbour", async () => {
    const text = await failureOf(
      startEdited('too_big', 'tester()', "tester({ appCPURequest: '1000', appCPULimit: '1000' })", {
        env: { DAPR_APP_CPU_REQUEST: '' },
      }),
    )
    expect(text).toContain("tester's pod can't be scheduled: 0/1 nodes are available: 1 Insufficient cpu")
  })

  it('where it crashes: with its last lines', async () => {
    const text = await failureOf(startEdited('crashing', 'testapp({', "testapp({ appEnv: { PORT: '99999' },"))
    expect(text).toContain('testapp exited with code 2')
    expect(text).toContain('PORT=99999: expected a port number')
  })

  it("where its sidecar crashes: with the sidecar's last lines", async () => {
    const component =
      "components: [{ name: 'broken', typeName: 'state.redis', metadata: { redisHost: '127.0.0.1:1' } }],"
    const text = await failureOf(startEdited('broken_component', '  apps:', `  ${component}\n  apps:`))
    expect(text).toContain("'s sidecar (daprd) exited with code")
    expect(text).toContain('broken')
  })

  it.each([
    ['pods=1', 'Remove what killed runs have left'],
    ['limits.cpu=2', 'Lower DAPR_APP_CPU_LIMIT and DAPR_SIDECAR_CPU_LIMIT'],
  ])('where a quota of %s is in the way, with what to do about it', async (quota, advice) => {
    await kubectl('create', 'quota', 'small', '-n', namespace, `--hard=${quota}`)
    onTestFinished(async () => {
      await kubectl('delete', 'quota', 'small', '-n', namespace)
    })
    const text = await failureOf(startRun())
    expect(text).toMatch(/no pod of \w+ could be created: .*exceeded quota: small/)
    expect(text).toContain(advice)
  })

  it('where an admission webhook fails', async () => {
    const webhook = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: namespace },
      webhooks: [
        {
          name: 'broken.example.com',
          clientConfig: { service: { name: 'nothing', namespace, port: 443 } },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
          failurePolicy: 'Fail',
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    }
    await run('kubectl', ['create', '-f', '-'], JSON.stringify(webhook))
    onTestFinished(async () => {
      await kubectl('delete', 'validatingwebhookconfiguration', namespace)
    })
    expect(await failureOf(startRun())).toMatch(
      /failed calling webhook "broken.example.com".*An admission webhook/,
    )
  })
})

describe('what is wrong before a run is one line', () => {
  it('a namespace that is not there', async () => {
    const cli = startRun({ env: { DAPR_TEST_NAMESPACE: 'nowhere' } })
    expect(await cli.ended).toBe(1)
    expect(cli.stderr).toContain(
      'namespaces "nowhere" not found. Create it with npx turbo create-test-namespace',
    )
  })

  it('a registry that is not named', async () => {
    const cli = startRun({ env: { DAPR_TEST_REGISTRY: '', DAPR_REGISTRY: '' } })
    expect(await cli.ended).toBe(2)
    expect(cli.stderr).toContain('export DAPR_TEST_REGISTRY=')
  })

  it('an image that its registry does not have', async () => {
    const cli = startRun({ env: { DAPR_TEST_TAG: 'nothing-here' } })
    expect(await cli.ended).toBe(1)
    expect(cli.stderr).toContain(
      `not in the registry: ${registry}/perf-service_invocation_http:nothing-here, ${registry}/perf-tester:nothing-here`,
    )
    expect(await objectsOfRuns()).toEqual([])
  })

  it('a request above its limit', async () => {
    const cli = startEdited(
      'above',
      'tester()',
      "tester({ appMemoryRequest: '2500Mi', appMemoryLimit: '800Mi' })",
    )
    expect(await cli.ended).toBe(2)
    expect(cli.stderr).toContain('2500Mi is above appMemoryLimit 800Mi')
    expect(cli.stderr).toContain('apps[1].appMemoryRequest')
  })

  it('a cluster that does not answer', async () => {
    const folder = temporaryFolder()
    const config = `${folder}/config`
    const set = (...args: string[]) => kubectl('--kubeconfig', config, 'config', ...args)
    await set('set-cluster', 'gone', '--server=https://127.0.0.1:1')
    await set('set-context', 'gone', '--cluster=gone')
    await set('use-context', 'gone')
    const cli = startRun({ env: { KUBECONFIG: config } })
    expect(await cli.ended).toBe(1)
    expect(cli.stderr).toContain(
      "the cluster of context gone (https://127.0.0.1:1) doesn't answer: ECONNREFUSED",
    )
  })
})

describe('a pod that is deleted in the middle of a load', inTime, () => {
  it.each(['testapp', 'tester'])('%s ends the run, with its last lines', async (appName) => {
    const cli = startRun({ duration: '60s' })
    await cli.printed('baseline load')
    const [pod] = (await podsOf(appName)) as [string]
    await kubectl('delete', '-n', namespace, '--wait=false', pod)
    expect(await cli.ended).toBe(1)
    expect(cli.stderr).not.toContain('dapr load')
    expect(cli.stderr).toContain(`${appName}'s ${pod.replace('/', ' ')} was deleted.\nLast lines of `)
    await podsBeingCreatedGone() // of the one in place of the deleted one
  })
})
