import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { Result } from 'perf-sdk'
import { describe, expect, it } from 'vitest'
import { Cli, copiedCase, temporaryFolder } from '../cli.js'

const load = ['--qps', '50', '--connections', '2', '--payload-size', '16']
const require = createRequire(import.meta.url)
const ajv = new Ajv2020()
addFormats.default(ajv)
const isResult = ajv.compile(require('perf-sdk/result.schema.json'))

/** The result of a case of the newest run, which has to be as the schema says. */
function readResult(out: string, name: string): Result {
  const file = join(realpathSync(join(out, 'latest')), name, 'result.json')
  const result = JSON.parse(readFileSync(file, 'utf8'))
  expect(isResult(result), JSON.stringify(isResult.errors)).toBe(true)
  return result
}

describe('result.json, as its JSON Schema describes it, is written for a case that', () => {
  it('passed or missed the rate', async () => {
    const out = temporaryFolder()
    const args = ['run', 'pubsub_bulk_publish_http', ...load, '--duration', '1s', '--out', out]
    const cli = new Cli([...args, '--enforce-budget'])
    await cli.passed()
    expect(cli.stderr).toContain('pubsub_bulk_publish_http has no budget: there is none to enforce')
    const { outcome, checks } = readResult(out, 'pubsub_bulk_publish_http')
    expect(outcome).toBe(checks.every(({ passed }) => passed) ? 'passed' : 'failed')
  })

  it('failed a check', async () => {
    const project = copiedCase('failing', (text) =>
      text.replace("'testapp', 'test')", "'testapp', 'nothing-here')"),
    )
    const cli = new Cli(['run', 'failing', '--rounds', '2', ...load, '--duration', '2s'], undefined, {
      cwd: project,
      env: { DAPR_PERF_QPS: '10' },
    })
    expect(await cli.ended).toBe(1)
    const result = readResult(join(project, 'results'), 'failing')
    expect(['failed', 'error']).toContain(result.outcome)
  })

  it('could not be finished: with the loads that were made, and the reason', async () => {
    const out = temporaryFolder()
    const cli = new Cli([
      'run',
      'service_invocation_http',
      ...load,
      '--duration',
      '10s',
      '--rounds',
      '5',
      '--out',
      out,
    ])
    await cli.printed('dapr load, round 1 of 5')
    await cli.printed('round 2 of 5')
    process.kill(cli.pidOf('daprd', '--app-id=testapp'), 'SIGKILL')
    expect(await cli.ended).toBe(1)
    const { outcome, error, loads, comparisons } = readResult(out, 'service_invocation_http')
    expect({ outcome, comparisons }).toEqual({ outcome: 'error', comparisons: [] })
    expect(error).toContain("testapp's sidecar (daprd) was killed by SIGKILL")
    expect(loads.map(({ variant, round }) => `${variant} ${round}`)).toEqual(['baseline 1', 'dapr 1'])
  })

  it('was interrupted, and those before it are shown', async () => {
    const out = temporaryFolder()
    const names = ['pubsub_publish_grpc', 'state_get_grpc', 'state_get_http']
    const cli = new Cli(['run', ...names, ...load, '--duration', '2s', '--out', out])
    await cli.printed('tearing down')
    const afterFirst = cli.stderr.length
    await cli.printed('baseline load', afterFirst)
    cli.kill('SIGINT')
    expect(await cli.ended).toBe(130)
    expect(readResult(out, 'state_get_grpc')).toMatchObject({
      outcome: 'interrupted',
      error: 'interrupted by SIGINT',
      environment: { platform: 'local' },
    })
    expect(readdirSync(realpathSync(join(out, 'latest')))).not.toContain('state_get_http')
    expect(cli.stdout).toMatch(/^pubsub_publish_grpc +\d/m)
    expect(cli.stdout).toMatch(/^state_get_grpc +interrupted$/m)
    expect(cli.processes()).toEqual([])
  })
})

it("a case's Configuration is applied to its sidecars: one without the invoke API refuses the load", async () => {
  const configuration =
    "configuration: { api: { denied: [{ name: 'invoke', version: 'v1.0', protocol: 'http' }] } },"
  const project = copiedCase('denied', (text) => text.replace('  apps:', `  ${configuration}\n  apps:`))
  const cli = new Cli(['run', 'denied', ...load, '--duration', '1s'], undefined, { cwd: project })
  expect(await cli.ended).toBe(1)
  const { environment } = readResult(join(project, 'results'), 'denied')
  expect(environment?.dapr.configuration).toMatchObject({
    api: { denied: [{ name: 'invoke' }] },
    metrics: { enabled: true },
  })
  expect(cli.stdout + cli.stderr).toMatch(/40[34]/)
})
