import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { kubectl } from '../cluster.js'
import { environment, podsBeingCreatedGone, prepareCluster, restoreCluster, startRun } from '../running.js'

beforeAll(prepareCluster, 60_000)
afterAll(restoreCluster, 120_000)

/** Lets so many replicas of Dapr's injector run. */
async function scaleInjector(replicas: number): Promise<void> {
  const namespace = ['-n', environment.DAPR_NAMESPACE]
  await kubectl('scale', 'deployment/dapr-sidecar-injector', ...namespace, `--replicas=${replicas}`)
  if (replicas > 0) await kubectl('rollout', 'status', 'deployment/dapr-sidecar-injector', ...namespace)
  else await kubectl('wait', '--for=delete', 'pod', '-l', 'app=dapr-sidecar-injector', ...namespace)
}

it('an injector that is away ends the run as soon as its pods have no sidecar', async () => {
  await scaleInjector(0)
  onTestFinished(() => scaleInjector(1), 60_000)
  const cli = startRun()
  expect(await cli.ended, cli.stderr).toBe(1)
  expect(cli.stderr).toContain("Dapr's injector added no sidecar to")
  await podsBeingCreatedGone()
}, 120_000)
