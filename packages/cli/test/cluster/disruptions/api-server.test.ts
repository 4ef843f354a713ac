import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

describe('an API server that is away for 5 s in a load', () => {
  it.each([
    ['stands still', freezeApiServer],
    ['is started again', restartApiServer],
  ])('and %s costs no result, even where the load is asked for through it', async (_, away) => {
    const cli = startRun({ duration: '12s', env: { DAPR_PERF_SERVICE_TYPE: 'ClusterIP' } })
    await cli.printed('baseline load')
    await away(5_000)
    await cli.passed()
    expect(cli.stdout).toMatch(/✓ baseline: every response is a success \((\d+) of \1\)/)
    expect(await objectsOfRuns()).toEqual([])
  })

  it('delays a teardown, and does not break it', async () => {
    const cli = startRun({ duration: '20s' })
    await cli.printed('baseline load')
    const away = restartApiServer(3_000)
    cli.kill('SIGINT')
    await away
    expect(await cli.ended, cli.stderr).toBe(130)
    await untilApiServerReady()
    // The cluster itself may take longer than the run waits to hear of what was deleted.
    await expect.poll(() => objectsOfRuns(), { timeout: 120_000, interval: 500 }).toEqual([])
  })
})
