import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { locateDaprd } from '@dapr-perf/dapr'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readResources } from '../../src/ab/resource-files.js'
import { readConfigurationFile } from '../../src/ab/settings-files.js'
import { componentsOf, configurationOf, otherResourcesOf } from '../../src/ab/variant.js'
import { type AppDescription, appDescription } from '../../src/description/app.js'
import { localPlatform } from '../../src/platforms/local/local-platform.js'
import type { RunningDeployment, Session } from '../../src/platforms/platform.js'

// Runs are recorded there: what others of this user have left over is not for this test to stop.
const folder = mkdtempSync(join(tmpdir(), 'dapr-perf-resources-'))
process.env.XDG_STATE_HOME = join(folder, 'state')
const signal = new AbortController().signal

/** It fails the first request of each path, and counts all. */
const server = `
const { HOST, PORT } = process.env
const counts = {}
require('node:http').createServer((request, response) => {
  if (request.url === '/counts') return response.end(JSON.stringify(counts))
  counts[request.url] = (counts[request.url] ?? 0) + 1
  response.writeHead(counts[request.url] === 1 ? 503 : 200).end()
}).listen(Number(PORT), HOST)
`
const appOf = (appName: string): AppDescription => ({
  appName,
  command: [process.execPath, '-e', server],
  daprEnabled: true,
  ingressEnabled: true,
})

/** As people have them: a folder of files, with several documents in one. */
const files = {
  'stores.yaml': `apiVersion: dapr.io/v1alpha1
kind: Component
metadata: { name: order_store, namespace: production }
spec:
  type: state.in-memory
  version: v1
  ignoreErrors: true
  initTimeout: 5s
  metadata: [{ name: unused, secretKeyRef: { name: store-password } }]
auth: { secretStore: vault }
scopes: [caller]
---
apiVersion: dapr.io/v1alpha1
kind: Component
metadata: { name: vault }
spec:
  type: secretstores.local.file
  version: v1
  metadata: [{ name: secretsFile, value: ./secrets.json }]
`,
  'bus.yml': `apiVersion: dapr.io/v1alpha1
kind: Component
metadata: { name: bus }
spec: { type: pubsub.in-memory, version: v1 }
---
apiVersion: dapr.io/v1alpha1
kind: Subscription
metadata: { name: of-version-1 }
spec: { pubsubname: bus, topic: first, route: /first }
scopes: [callee]
---
apiVersion: dapr.io/v2alpha1
kind: Subscription
metadata: { name: of-version-2 }
spec: { pubsubname: bus, topic: second, routes: { default: /second } }
---
apiVersion: dapr.io/v1alpha1
kind: Resiliency
metadata: { name: policies }
spec:
  policies: { retries: { once: { policy: constant, duration: 10ms, maxRetries: 1 } } }
  targets: { apps: { callee: { retry: once } } }
`,
  'secrets.json': '{ "store-password": "hunter2" }',
}

let session: Session
let variant: RunningDeployment
const spans: { name: string }[] = []
const zipkin = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  spans.push(...JSON.parse(body))
  response.writeHead(202).end()
})

beforeAll(async () => {
  const resourcesFolder = join(folder, 'resources')
  mkdirSync(resourcesFolder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(resourcesFolder, name), text)
  await once(zipkin.listen(0, '127.0.0.1'), 'listening')
  const { port } = zipkin.address() as AddressInfo
  const configuration = join(folder, 'configuration.yaml')
  writeFileSync(
    configuration,
    `kind: Configuration\nspec:\n  tracing: { samplingRate: "1", zipkin: { endpointAddress: "http://127.0.0.1:${port}/api/v2/spans" } }\n`,
  )
  const settings = {
    configuration: await readConfigurationFile(configuration, '--b-config'),
    resources: await readResources(resourcesFolder, '--b-component'),
    env: {},
    args: {},
  }
  const of = {
    apps: [appOf('caller'), appOf('callee')].map((app) => appDescription.parse(app)),
    initApps: [],
  }
  mkdirSync(join(folder, 'logs'))
  const options = { runId: 'resources', folder, caseFolder: resourcesFolder, report: () => {} }
  session = await localPlatform.open(options, signal)
  const deployment = {
    ...of,
    variant: 'b',
    components: componentsOf([], { settings }, of),
    resources: otherResourcesOf({ settings }, of),
    configuration: configurationOf({ configuration: {} }, { settings }),
    daprd: { path: (await locateDaprd({ env: process.env })).path },
    logs: join(folder, 'logs'),
    report: () => {},
  }
  variant = await session.start(deployment, signal)
  await variant.untilReady(signal)
}, 120_000)
afterAll(async () => {
  await session?.[Symbol.asyncDispose]()
  zipkin.close()
  rmSync(folder, { recursive: true })
}, 30_000)

const urlOf = (name: string) => {
  const app = variant.apps.find((one) => one.name === name)
  return { app: app?.url as string, sidecar: app?.sidecar?.http as string }
}
interface Metadata {
  components: { name: string }[]
  subscriptions?: { topic: string }[]
}
const json = async (url: string): Promise<unknown> => (await fetch(url)).json()
const metadataOf = async (name: string) => (await json(`${urlOf(name).sidecar}/v1.0/metadata`)) as Metadata

it('sidecars load the components of files, each in its scopes, also with names and secrets as Dapr has them', async () => {
  const namesOf = async (name: string) =>
    (await metadataOf(name)).components.map((component) => component.name).sort()
  expect(await namesOf('caller')).toEqual(['bus', 'order_store', 'vault'])
  expect(await namesOf('callee')).toEqual(['bus', 'vault'])
  const { sidecar } = urlOf('caller')
  const body = JSON.stringify([{ key: 'k', value: 'v' }])
  const headers = { 'content-type': 'application/json' }
  const saved = await fetch(`${sidecar}/v1.0/state/order_store`, { method: 'POST', body, headers })
  expect(saved.status).toBe(204)
})

it('sidecars load Subscriptions of both versions, each in its scopes', async () => {
  const topicsOf = async (name: string) =>
    ((await metadataOf(name)).subscriptions ?? []).map(({ topic }) => topic).sort()
  await expect.poll(() => topicsOf('callee')).toEqual(['first', 'second'])
  expect(await topicsOf('caller')).toEqual(['second'])
})

it('a Resiliency makes its retry, also where it is not the first document of its file', async () => {
  const { status } = await fetch(`${urlOf('caller').sidecar}/v1.0/invoke/callee/method/retried`)
  expect(status).toBe(200)
  expect(await json(`${urlOf('callee').app}/counts`)).toMatchObject({ '/retried': 2 })
})

it('a Configuration sends a span of the request to its endpoint', async () => {
  await fetch(`${urlOf('caller').sidecar}/v1.0/invoke/callee/method/traced`)
  await expect.poll(() => spans.map(({ name }) => name)).toContain('calllocal/callee/traced')
})
