import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { readResult, temporaryFolder } from '../../cli.js'
import { kubectl, run } from '../cluster.js'
import { namespace, prepareCluster, restoreCluster, startEdited, startRun } from '../running.js'

beforeAll(prepareCluster, 60_000)
afterAll(restoreCluster, 120_000)

/** A certificate for 127.0.0.1 that signs itself. */
async function certificate(): Promise<{ key: Buffer; cert: Buffer }> {
  const folder = temporaryFolder()
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=dapr-perf-test', '-addext', 'subjectAltName=IP:127.0.0.1']
  const made = ['-newkey', 'rsa:2048', '-nodes', '-days', '1', '-keyout', key, '-out', cert]
  await run('openssl', ['req', '-x509', ...made, ...subject])
  return { key: readFileSync(key), cert: readFileSync(cert) }
}

/** What a webhook changes in a pod: here, parts of its spec, which Dapr's injector has changed before. */
interface PodSpec {
  containers: { env?: object[]; volumeMounts?: object[] }[]
  volumes?: object[]
}

/** Has the API server apply a JSON patch to each pod that is created in the namespace. */
async function patchPods(patchOf: (spec: PodSpec) => object[]): Promise<void> {
  const { key, cert } = await certificate()
  const server = createServer({ key, cert }, async (request, response) => {
    const {
      apiVersion,
      kind,
      request: review,
    } = (await json(request)) as {
      apiVersion: string
      kind: string
      request: { uid: string; object: { spec: PodSpec } }
    }
    const patch = JSON.stringify(patchOf(review.object.spec))
    const answer = {
      uid: review.uid,
      allowed: true,
      patchType: 'JSONPatch',
      patch: Buffer.from(patch).toString('base64'),
    }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ apiVersion, kind, response: answer }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const webhook = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: namespace },
    webhooks: [
      {
        name: 'agent.example.com',
        clientConfig: {
          url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`,
          caBundle: cert.toString('base64'),
        },
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
    await kubectl('delete', 'mutatingwebhookconfiguration', namespace)
  })
}

it('what an admission webhook puts into pods is in one line of the report, and in the result, without values', async () => {
  const withOne = (path: string, list: object[] = [], one: object) => ({
    op: 'add',
    path,
    value: [...list, one],
  })
  await patchPods(({ volumes, containers: [app] }) => [
    withOne('/spec/volumes', volumes, { name: 'agent', emptyDir: {} }),
    withOne('/spec/containers/0/env', app?.env, { name: 'AGENT_KEY', value: 's3cret' }),
    withOne('/spec/containers/0/volumeMounts', app?.volumeMounts, { name: 'agent', mountPath: '/agent' }),
  ])
  const out = temporaryFolder()
  const cli = startRun({ out })
  await cli.passed()
  const added = ['variable AGENT_KEY of', 'volume at /agent of']
  const { environment } = readResult(out, 'service_invocation_http')
  expect(environment.cluster.admission).toEqual(
    Object.fromEntries(['testapp', 'tester'].map((name) => [name, added.map((what) => `${what} ${name}`)])),
  )
  expect(cli.stdout.match(/^! the cluster's admission .*variable AGENT_KEY of testapp.*$/gm)).toHaveLength(1)
  expect(JSON.stringify(environment) + cli.stdout).not.toContain('s3cret')
})

it('without one the result names nothing, and the flags and the API token of the sidecars are in effect', async () => {
  const out = temporaryFolder()
  const options = `{ daprArgs: { 'app-max-concurrency': 100, 'log-level': 'warn' }, daprEnv: { DAPR_API_TOKEN: 's3cret' } }`
  const cli = startEdited('flags', 'tester()', `tester(${options})`, { out })
  await cli.passed()
  const { environment } = readResult(out, 'flags')
  expect(environment.cluster).not.toHaveProperty('admission')
  expect(environment.programs.apps.tester).toMatchObject({
    daprEnv: { DAPR_API_TOKEN: '***' },
    daprArgs: { 'app-max-concurrency': '100', 'log-level': 'warn' },
  })
})
