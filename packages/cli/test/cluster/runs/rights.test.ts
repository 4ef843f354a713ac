import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { root, temporaryFolder } from '../../cli.js'
import { kubectl } from '../cluster.js'
import { namespace, objectsOfRuns, prepareCluster, restoreCluster, startRun } from '../running.js'

beforeAll(prepareCluster, 60_000)
afterAll(restoreCluster, 120_000)

/** A KUBECONFIG for a service account of the namespace, and for nothing else. */
async function configOf(account: string): Promise<string> {
  const token = await kubectl('create', 'token', account, '-n', namespace)
  const config = JSON.parse(await kubectl('config', 'view', '--raw', '--minify', '-o', 'json'))
  config.users = [{ name: account, user: { token } }]
  config.contexts[0].context.user = account
  const file = join(temporaryFolder(), 'config')
  writeFileSync(file, JSON.stringify(config))
  return file
}

describe('a user', () => {
  it('with just the rights of the manifest can run a case', async () => {
    const manifest = join(root, 'docs/kubernetes-rights.yaml')
    await kubectl('apply', '-n', namespace, '-f', manifest)
    onTestFinished(async () => {
      await kubectl('delete', '-n', namespace, '-f', manifest)
    })
    const cli = startRun({ env: { KUBECONFIG: await configOf('dapr-perf') } })
    await cli.passed()
    expect(await objectsOfRuns()).toEqual([])
  })

  it('without rights is told which are missing, before anything is sent', async () => {
    const cli = startRun({ env: { KUBECONFIG: await configOf('default') } })
    expect(await cli.ended).toBe(1)
    expect(cli.stderr).toMatch(
      new RegExp(
        `lacks permissions that a run needs in namespace ${namespace}: .*create, list, watch, deletecollection deployments`,
      ),
    )
    expect(cli.stderr).toContain('docs/kubernetes-rights.yaml grants them')
  })
})
