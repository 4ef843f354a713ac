import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError } from '@dapr-perf/errors'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readResources } from '../../src/ab/resource-files.js'
import { componentOfFile } from '../../src/description/component.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dapr-perf-resources-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function fileOf(text: string, name = 'file.yaml'): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

const component = `apiVersion: dapr.io/v1alpha1
kind: Component
metadata:
  name: order_pub_sub # as its team calls it
  namespace: production
  annotations: { team: orders }
spec:
  type: pubsub.redis
  version: v1
  ignoreErrors: true
  initTimeout: 30s
  metadata:
    - { name: redisHost, value: "127.0.0.1:6379" }
    - { name: enableTLS, value: yes }
    - { name: maxRetries, value: 3 }
    - { name: window, value: 12:30 }
    - { name: since, value: 2026-01-31 }
    - { name: redisPassword, secretKeyRef: { name: redis-secret, key: password } }
    - { name: redisUsername, envRef: REDIS_USER }
auth: { secretStore: vault }
scopes: [tester]
ofALaterVersion: { any: [1] }
`
const resiliency = `apiVersion: dapr.io/v1alpha1
kind: Resiliency
metadata: { name: policies }
spec:
  policies: { retries: { often: { policy: constant, duration: 5s, maxRetries: -1 } } }
  targets: { apps: { testapp: { retry: often } } }
`
const subscription = (version: string, route: string) => `apiVersion: dapr.io/${version}
kind: Subscription
metadata: { name: orders }
spec: { pubsubname: order_pub_sub, topic: orders, ${route} }
`

it('a component keeps every field of its file, also those that are not known here, with values as daprd reads them', async () => {
  const [read] = await readResources(fileOf(component), '--b-component')
  expect(read).toMatchObject({
    kind: 'Component',
    name: 'order_pub_sub',
    scopes: ['tester'],
    yaml: component,
  })
  expect(read?.document).toEqual({
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Component',
    metadata: { name: 'order_pub_sub', namespace: 'production', annotations: { team: 'orders' } },
    spec: {
      type: 'pubsub.redis',
      version: 'v1',
      ignoreErrors: true,
      initTimeout: '30s',
      metadata: [
        { name: 'redisHost', value: '127.0.0.1:6379' },
        { name: 'enableTLS', value: true },
        { name: 'maxRetries', value: 3 },
        { name: 'window', value: '12:30' },
        { name: 'since', value: '2026-01-31' },
        { name: 'redisPassword', secretKeyRef: { name: 'redis-secret', key: 'password' } },
        { name: 'redisUsername', envRef: 'REDIS_USER' },
      ],
    },
    auth: { secretStore: 'vault' },
    scopes: ['tester'],
    ofALaterVersion: { any: [1] },
  })
})

it('in the metadata of a component a reference stands for the value that is not read', async () => {
  const [read] = await readResources(fileOf(component), '--b-component')
  expect(componentOfFile(read as NonNullable<typeof read>).metadata).toMatchObject({
    maxRetries: '3',
    redisPassword: 'secretKeyRef redis-secret password',
    redisUsername: 'envRef REDIS_USER',
  })
})

it('all documents of a file are read, each with its own text', async () => {
  const text = `# ours\n---\n${component}---\n${resiliency}---\n---\n${subscription('v2alpha1', 'routes: { default: /orders }')}`
  const resources = await readResources(fileOf(text), '--b-component')
  expect(resources.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'Component order_pub_sub',
    'Resiliency policies',
    'Subscription orders',
  ])
  const again = await readResources(fileOf(resources[1]?.yaml as string, 'again.yaml'), '--b-component')
  expect(again.map(({ document }) => document)).toEqual([resources[1]?.document])
  expect(resources[1]?.yaml).not.toContain('Subscription')
})

it('the YAML files of a folder are read in the order of their names, and no others', async () => {
  fileOf(subscription('v1alpha1', 'route: /orders'), 'b.yml')
  fileOf(component, 'a.YAML')
  fileOf('not ours', 'README.md')
  mkdirSync(join(folder, 'c.d'))
  fileOf(resiliency, 'c.d/c.yaml')
  const resources = await readResources(folder, '--a-component')
  expect(resources.map(({ kind }) => kind)).toEqual(['Component', 'Subscription'])
  expect(new Set(resources.map(({ source }) => source))).toEqual(new Set([`--a-component ${folder}`]))
})

it.each([
  ['{', /file\.yaml: /],
  ['- a', /expected a YAML mapping/],
  ['', /there is none of Dapr's resources in it: expected Component, Resiliency, Subscription/],
  [component.replace('Component', 'HTTPEndpoint'), /expected kind: .*, not HTTPEndpoint/],
  [component.replace('Component', 'Configuration'), /not Configuration, which .*--b-config take/],
  [component.replace('kind: Component', ''), /expected kind: .*, not none/],
  [component.replace('v1alpha1', 'v1'), /Component order_pub_sub has apiVersion dapr\.io\/v1, which daprd/],
  [resiliency.replace('apiVersion: dapr.io/v1alpha1', ''), /Resiliency policies has apiVersion none/],
  [component.replace('pubsub.redis', 'state'), /expected a component type/],
  [component.replace('order_pub_sub', 'a/b'), /expected a name without/],
  [component.replace('name: redisHost', 'title: redisHost'), /spec\.metadata\[0\]\.name/],
  [resiliency.replace('{ testapp: { retry: often } }', '[testapp]'), /targets\.apps/],
  [subscription('v2alpha1', '').replace('pubsubname', 'pubsub'), /pubsubname/],
])('what Dapr would not read is refused with the reason: %j', async (text, reason) => {
  const error = await readResources(fileOf(text), '--b-component').catch((one) => one)
  expect(error).toBeInstanceOf(InputError)
  expect(error.message).toMatch(reason)
  expect(error.message).toContain(`--b-component ${folder}`)
})

it('of a folder, the file that is wrong is named; so is a path that does not exist', async () => {
  fileOf(resiliency, 'a.yaml')
  fileOf('{', 'b.yaml')
  await expect(readResources(folder, '--b-component')).rejects.toThrow(/b\.yaml: /)
  await expect(readResources(join(folder, 'none'), '--a-component')).rejects.toThrow(
    /--a-component .*none: ENOENT/,
  )
})
