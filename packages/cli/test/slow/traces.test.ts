import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Cli, copiedCase, readResult, temporaryFolder } from '../cli.js'

const load = ['--qps', '50', '--connections', '2', '--payload-size', '16']

/** What takes spans, and answers with a status. @returns its address, and how often it was called */
async function collector(status: number) {
  const calls = { count: 0 }
  const server = createServer((request, response) => {
    calls.count++
    request.resume().on('end', () => response.writeHead(status).end())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  onTestFinished(close)
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, calls, close }
}

/** Runs a case whose sidecars trace each request. */
async function traced(tracing: object) {
  const configuration = `configuration: { tracing: ${JSON.stringify({ samplingRate: '1', ...tracing })} },`
  const project = copiedCase('traced', (text) => text.replace('  apps:', `  ${configuration}\n  apps:`))
  const cli = new Cli(['run', 'traced', ...load, '--duration', '2s'], undefined, { cwd: project })
  await cli.passed()
  return { cli, result: readResult(join(project, 'results'), 'traced') }
}

const zipkinAt = (address: string) => ({ zipkin: { endpointAddress: `http://${address}/api/v2/spans` } })
const failed =
  /^! sidecars failed to export traces \(\d+ times?, at first: (.*)\): what failing costs was measured/m

describe('a run whose sidecars export traces', () => {
  it('says nothing where these are taken', async () => {
    const { address, calls } = await collector(202)
    const { cli, result } = await traced(zipkinAt(address))
    expect(calls.count).toBeGreaterThan(0)
    expect(cli.stdout + cli.stderr).not.toContain('export')
    expect(result).not.toHaveProperty('warnings')
  })

  it('says before it starts that nothing listens there, and then that exports failed', async () => {
    const { address, close } = await collector(202)
    close()
    const { cli, result } = await traced(zipkinAt(address))
    expect(cli.stderr.indexOf("which can't be reached (ECONNREFUSED)")).toBeGreaterThan(0)
    expect(cli.stderr.indexOf("which can't be reached")).toBeLessThan(cli.stderr.indexOf('waiting for'))
    expect(failed.exec(cli.stdout)?.[1]).toContain('connection refused')
    expect(result.warnings).toEqual([
      expect.stringContaining(`exported to http://${address}/api/v2/spans`),
      expect.stringContaining('failed to export traces'),
    ])
  })

  it('says that what listens there answers with an error', async () => {
    const { address, calls } = await collector(500)
    const { cli, result } = await traced(zipkinAt(address))
    expect(calls.count).toBeGreaterThan(0)
    expect(failed.exec(cli.stdout)?.[1]).toBe('failed to send spans to zipkin server with status 500')
    expect(result.warnings).toEqual([expect.stringContaining('failed to export traces')])
  })

  it('says so of OpenTelemetry over HTTP, too', async () => {
    const { address } = await collector(400)
    const { cli } = await traced({ otel: { endpointAddress: address, protocol: 'http', isSecure: false } })
    expect(failed.exec(cli.stdout)?.[1]).toContain('traces export')
  })
})

it('a comparison says of which variant exports of traces fail, with the file that dapr init writes', async () => {
  const [{ address }, out] = [await collector(500), temporaryFolder()]
  const file = join(out, 'config.yaml')
  writeFileSync(
    file,
    `apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata:
  name: daprConfig
spec:
  tracing:
    samplingRate: "1"
    zipkin:
      endpointAddress: http://${address}/api/v2/spans
`,
  )
  const args = ['ab', 'service_invocation_http', '--b-config', file, ...load, '--blocks', '8', '--out', out]
  const cli = new Cli(args)
  await cli.printed('blocks 1 of 8')
  cli.kill('SIGINT')
  expect(await cli.ended, cli.stdout + cli.stderr).toBe(130)
  const warning = /^! B: in the trial block sidecars failed to export traces .* with status 500/m
  expect(cli.stdout).toMatch(warning)
  expect(cli.stdout).not.toContain('also differ')
  const report = readFileSync(join(out, 'latest/service_invocation_http/report.txt'), 'utf8')
  expect(report).toMatch(warning)
  expect(readResult(out, 'service_invocation_http').warnings).toHaveLength(1)
})
