import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { daprVersion } from '@dapr-perf/dapr'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../cli.js'
import {
  environment,
  namespace,
  objectsOfRuns,
  prepareCluster,
  restoreCluster,
  startEdited,
  startRun,
} from '../running.js'

beforeAll(prepareCluster, 60_000)
afterAll(restoreCluster, 120_000)

function readResult(out: string, name = 'service_invocation_http') {
  const folder = join(out, 'latest', name)
  return { folder, result: JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) }
}

/** An image of ours as a node ran it. */
const image = (name: string) => ({
  image: expect.stringContaining(`/${name}:dev`),
  imageID: expect.stringMatching(/sha256:[0-9a-f]{64}$/),
})

describe('a run on Kubernetes', () => {
  it('measures a case as it is, and says what it adds, and how long it took', async () => {
    const out = temporaryFolder()
    const cli = startRun({ out, duration: '5s' })
    await cli.passed()
    const { DAPR_TEST_REGISTRY } = environment
    expect(cli.stderr).toMatch(
      new RegExp(`Adding app testapp: image ${DAPR_TEST_REGISTRY}/perf-service_invocation_http:dev-\\S+`),
    )
    expect(cli.stderr).toMatch(/apps are ready after \d+\.\d s/)
    expect(cli.stderr).toMatch(/torn down after \d+\.\d s/)

    const { folder, result } = readResult(out)
    expect(result.environment).toMatchObject({
      platform: 'kubernetes',
      programs: {
        daprd: { version: await daprVersion(), ...image('daprd') },
        fortio: image('perf-tester'),
        apps: {
          testapp: {
            ...image('perf-service_invocation_http'),
            node: expect.stringMatching(/^\d+\.\d+\.\d+$/),
          },
          tester: { ...image('perf-tester'), node: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
        },
      },
      cluster: { kubernetes: 'v1.34.4', namespace, nodes: [{ name: 'perf-node' }] },
      dapr: { mtls: true, apiLogging: false, metrics: true, tracing: false, nameResolution: 'kubernetes' },
    })
    const { usage } = result.variants.dapr
    expect(Object.keys(usage).sort()).toEqual(['testapp', 'tester'])
    for (const { app, sidecar } of Object.values(usage) as Record<
      string,
      { cpuSeconds: number; peakAnonymousBytes: number }
    >[]) {
      expect(app?.cpuSeconds).toBeGreaterThan(0)
      expect(sidecar?.cpuSeconds).toBeGreaterThan(0)
      expect(sidecar?.peakAnonymousBytes).toBeGreaterThan(10e6)
      expect(sidecar?.peakAnonymousBytes).toBeLessThan(100e6) // its program file alone has 200 MB
    }
    const logs = readdirSync(join(folder, 'logs'))
    for (const [app, container] of [
      ['testapp', 'testapp'],
      ['testapp', 'daprd'],
      ['tester', 'tester'],
      ['tester', 'daprd'],
    ]) {
      const name = logs.find((file) => file.startsWith(`${app}-`) && file.endsWith(`.${container}.log`))
      expect(name, `${app} ${container} in ${logs}`).toBeDefined()
    }
    const daprdLog = logs.find((file) => file.startsWith('testapp-') && file.endsWith('.daprd.log')) as string
    expect(readFileSync(join(folder, 'logs', daprdLog), 'utf8')).toContain(`"ver":"${await daprVersion()}"`)
    expect(await objectsOfRuns()).toEqual([])
  })

  it('measures an app with several replicas', async () => {
    const out = temporaryFolder()
    const cli = startEdited('replicas', 'testapp({', 'testapp({ replicas: 2,', { out })
    await cli.passed()
    const { folder, result } = readResult(out, 'replicas')
    const logs = readdirSync(join(folder, 'logs')).filter((name) => /^testapp-.*\.testapp\.log$/.test(name))
    expect(logs).toHaveLength(2)
    expect(result.variants.dapr.usage.testapp.app.cpuSeconds).toBeGreaterThan(0)
  })

  it('writes the logs while it goes on', async () => {
    const out = temporaryFolder()
    const cli = startRun({ out, duration: '20s' })
    await cli.printed('baseline load')
    const logs = join(out, 'latest/service_invocation_http/logs')
    expect(existsSync(logs)).toBe(true)
    await expect
      .poll(() =>
        readdirSync(logs)
          .map((name) => readFileSync(join(logs, name), 'utf8'))
          .join(''),
      )
      .toContain('test started')
    cli.kill('SIGINT')
    expect(await cli.ended).toBe(130)
  })

  it.each(['service_invocation_http', 'pubsub_publish_http'])(
    '%s goes on side by side with another one in the same namespace',
    async (name) => {
      const outs = [temporaryFolder(), temporaryFolder()]
      const runs = outs.map((out) => startRun({ name, out, duration: '4s' }))
      for (const cli of runs) await cli.passed()
      for (const out of outs) expect(readResult(out, name).result.comparisons).toHaveLength(1)
      expect(await objectsOfRuns()).toEqual([])
    },
  )
})
