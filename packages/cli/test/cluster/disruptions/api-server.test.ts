import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  freezeApiServer,
  objectsOfRuns,
  prepareCluster,
  restartApiServer,
  restoreCluster,
  startRun,
  untilApiServerReady,
} from '../running.js'

beforeAll(prepareCluster, 60_000)
afterAll(restoreCluster, 120_000)

it('an API server that stands still, and then is started again, costs a run no result, even where its loads are asked for through it, and delays the teardown of another one, but does not break it', async () => {
  const cli = startRun({ duration: '14s', env: { DAPR_PERF_SERVICE_TYPE: 'ClusterIP' } })
  const ending = startRun({ duration: '60s' })
  await Promise.all([cli, ending].map((one) => one.printed('baseline load')))
  const before = cli.stderr.length
  await freezeApiServer(5_000)
  await cli.printed('dapr load', before)
  const away = restartApiServer(5_000)
  ending.kill('SIGINT')
  await away
  expect(await ending.ended, ending.stderr).toBe(130)
  await cli.passed()
  expect(cli.stdout).toMatch(/✓ baseline: every response is a success \((\d+) of \1\)/)
  await untilApiServerReady()
  // The cluster itself may take longer than a run waits to hear of what was deleted.
  await expect.poll(() => objectsOfRuns(), { timeout: 120_000, interval: 500 }).toEqual([])
})
