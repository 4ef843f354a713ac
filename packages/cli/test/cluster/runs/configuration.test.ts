import { afterAll, beforeAll, expect, it } from 'vitest'
import { run } from '../cluster.js'
import { namespace, prepareCluster, restoreCluster, startEdited, startRun } from '../running.js'

beforeAll(prepareCluster, 60_000)
afterAll(restoreCluster, 120_000)

it("a case's Configuration is applied to its sidecars: one without the invoke API refuses the load", async () => {
  const configuration =
    "configuration: { api: { denied: [{ name: 'invoke', version: 'v1.0', protocol: 'http' }] } },"
  const cli = startEdited('denied', '  apps:', `  ${configuration}\n  apps:`)
  expect(await cli.ended).toBe(1)
  expect(cli.stdout + cli.stderr).toMatch(/40[34]/)
})

it('a Configuration that somebody creates beside a run does not reload its sidecars', async () => {
  const cli = startRun({ name: 'state_get_grpc', duration: '4s' }) // its key is in a sidecar's memory
  await cli.printed('dapr load')
  const beside = {
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Configuration',
    metadata: { name: 'beside', namespace },
  }
  await run('kubectl', ['create', '-f', '-'], JSON.stringify(beside))
  await cli.passed()
})
