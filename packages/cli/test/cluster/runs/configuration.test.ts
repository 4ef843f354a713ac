import { afterAll, beforeAll, expect, it } from 'vitest'
import { prepareCluster, restoreCluster, startEdited } from '../running.js'

beforeAll(prepareCluster, 60_000)
afterAll(restoreCluster, 120_000)

it("a case's Configuration is applied to its sidecars: one without the invoke API refuses the load", async () => {
  const configuration =
    "configuration: { api: { denied: [{ name: 'invoke', version: 'v1.0', protocol: 'http' }] } },"
  const cli = startEdited('denied', '  apps:', `  ${configuration}\n  apps:`)
  expect(await cli.ended).toBe(1)
  expect(cli.stdout + cli.stderr).toMatch(/40[34]/)
})
