import { readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { Result } from 'perf-sdk'
import { describe, expect, it } from 'vitest'
import { Cli, copiedCase, projectOf, temporaryFolder } from '../cli.js'
import { ownCase } from '../own-app.js'

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
    const missed = checks.find(({ passed }) => !passed)
    expect(outcome).toBe(missed ? missed.ifNotMet : 'passed')
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

  it('failed because Dapr could not take the rate that the baseline reached', async () => {
    const project = projectOf('own_app', ownCase({ command: ['node', 'hello.mjs'] }))
    writeFileSync(join(project, 'tests/own_app/hello.mjs'), slowThroughDapr)
    const args = ['run', 'own_app', '--qps', '50', '--connections', '2', '--duration', '2s']
    const cli = new Cli(args, undefined, { cwd: project })
    expect(await cli.ended, cli.stderr).toBe(1)
    expect(cli.stdout).toMatch(/^Failed: Dapr took [\d.]+ of 50 qps$/m)
    expect(cli.stdout).not.toContain('With Dapr the')
    const { outcome, variants } = readResult(join(project, 'results'), 'own_app')
    expect(outcome).toBe('failed')
    expect(variants.dapr).toMatchObject({ due: 100, targetRate: 50 })
    expect(variants.dapr?.sentInTime).toBeLessThan(60)
  })

  it.runIf(process.platform === 'linux')(
    'is not valid: its load generator got no time for 200 ms of every second',
    async () => {
      const out = temporaryFolder()
      const args = ['run', 'service_invocation_http', '--qps', '100', '--arrivals', 'uniform']
      const cli = new Cli([...args, '--connections', '4', '--duration', '5s', '--out', out])
      await cli.printed('baseline load')
      const isLoading = () => cli.processes().some(({ command }) => command.includes('fortio load'))
      await expect.poll(isLoading).toBe(true)
      await stopAgainAndAgain(cli.pidOf('fortio load'))
      expect(await cli.ended, cli.stdout + cli.stderr).toBe(3)
      expect(cli.stdout).toMatch(/^Not valid: .*the load generator itself was late in the baseline load: /m)
      expect(cli.stdout).not.toContain('With Dapr the')
      const { outcome, checks, params } = readResult(out, 'service_invocation_http')
      expect({ outcome, arrivals: params.arrivals }).toEqual({ outcome: 'not valid', arrivals: 'uniform' })
      expect(checks).toContainEqual(expect.objectContaining({ id: 'baseline.generator', passed: false }))
    },
  )

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

/** An app that takes its time for the method that is called through Dapr: over 2 connections 20 requests a second. */
const slowThroughDapr = `
import { createServer } from 'node:http'
const { PORT, HOST, WHO, COMPONENT } = process.env
createServer((request, response) => {
  const ms = request.url === '/anything' ? 100 : 0
  setTimeout(() => response.end(\`called as \${WHO} with \${COMPONENT}\`), ms)
}).listen(Number(PORT), HOST)
`

/** Stops a process for 200 ms of every second, until it has ended. */
async function stopAgainAndAgain(pid: number): Promise<void> {
  while (send(pid, 'SIGSTOP')) {
    await pause(200)
    send(pid, 'SIGCONT')
    await pause(800)
  }
}

/** @returns whether there is such a process */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}
