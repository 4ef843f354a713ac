import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { abResultSchema } from 'perf-sdk/runner'
import { expect, it } from 'vitest'
import { Cli, readResult, temporaryFolder } from '../cli.js'

// So few requests tell nothing of how late the load generator is at p99, which other tests beside these may delay.
const load = ['--qps', '40', '--connections', '1', '--payload-size', '16']
const few = ['--blocks', '8', '--min-effect', '50%', '--gate', 'p50']
const secret = 'hunter2-not-to-be-shared'

const files = {
  'store.yaml': `apiVersion: dapr.io/v1alpha1
kind: Component
metadata: { name: statestore }
spec:
  type: state.in-memory
  version: v1
  initTimeout: 5s
  metadata:
    - { name: redisPassword, secretKeyRef: { name: store-password } }
    - { name: token, value: ${secret} }
auth: { secretStore: vault }
---
apiVersion: dapr.io/v1alpha1
kind: Resiliency
metadata: { name: order_policies }
spec:
  policies: { timeouts: { fast: 1s } }
  targets: { components: { statestore: { outbound: { timeout: fast } } } }
`,
  'vault.yml': `apiVersion: dapr.io/v1alpha1
kind: Component
metadata: { name: vault }
spec:
  type: secretstores.local.env
  version: v1
  metadata: []
`,
}

function folderOf(texts: Record<string, string>): string {
  const folder = join(temporaryFolder(), 'components')
  mkdirSync(folder)
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text)
  return folder
}

it('compares a case with and without the resources of a folder; the results have these, and no secret', async () => {
  const out = temporaryFolder()
  const folder = folderOf(files)
  const args = ['ab', 'state_get_http', '--b-component', folder, ...load, ...few, '--out', out]
  const cli = new Cli(args)
  await cli.printed('blocks 1 of 8')
  cli.kill('SIGINT')
  expect(await cli.ended, cli.stdout + cli.stderr).toBe(130)
  expect(cli.stdout).toContain('components statestore, vault, Resiliency order_policies')
  const { sides } = abResultSchema.parse(readResult(out, 'state_get_http'))
  expect(sides.a.environment?.dapr.resources).toBeUndefined()
  const resources = sides.b.environment?.dapr.resources as { kind: string; spec: { metadata?: object[] } }[]
  expect(resources.map(({ kind }) => kind)).toEqual(['Component', 'Component', 'Resiliency'])
  expect(resources[0]?.spec.metadata).toEqual([
    { name: 'redisPassword', secretKeyRef: { name: 'store-password' } },
    { name: 'token', value: '***' },
  ])
  const written = readdirSync(out, { recursive: true, encoding: 'utf8' }).map((name) => join(out, name))
  expect(
    written.filter((file) => statSync(file).isFile() && readFileSync(file, 'utf8').includes(secret)),
  ).toEqual([])
})

it('a component that fails to load is named, though Dapr ignores its error', async () => {
  const store = files['store.yaml']
    .replace('initTimeout: 5s', 'ignoreErrors: true')
    .replace('state.in-memory', 'state.sqlite')
    .replace('name: token, value', 'name: busyTimeout, value')
  const args = ['ab', 'state_get_http', '--b-component', folderOf({ ...files, 'store.yaml': store })]
  const cli = new Cli([...args, ...load, ...few, '--out', temporaryFolder()])
  expect(await cli.ended, cli.stdout + cli.stderr).toBe(4)
  expect(cli.stdout).toMatch(
    /^error: variant b: tester's sidecar has not loaded the component statestore \(state\.sqlite\): its log says why$/m,
  )
})
