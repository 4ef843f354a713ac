import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { failedExports, unreachable } from '../../src/runner/trace-exports.js'
import { serve } from '../local-server.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dapr-perf-exports-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const exporterAt = (url: string) => ({
  endpoint: url,
  host: new URL(url).hostname,
  port: Number(new URL(url).port),
})

it('an endpoint at which nothing listens is named, without its password; one that listens is not', async () => {
  const { server, url } = await serve((_, response) => response.end())
  expect(await unreachable([exporterAt(url)])).toEqual([])
  await new Promise((resolve) => server.close(resolve))
  const endpoint = url.replace('//', '//me:hunter2@')
  const [said] = await unreachable([{ ...exporterAt(url), endpoint }])
  expect(said).toContain(`exported to ${url.replace('//', '//***@')}, which can't be reached (ECONNREFUSED)`)
})

const ofZipkin = '2026/11/29 10:13:12 failed to send spans to zipkin server with status 500'

it.each([
  [
    'refused',
    '2026/11/29 10:13:12 request to http://a:9411/api/v2/spans failed: Post "http://a:9411/api/v2/spans": EOF',
  ],
  ['answered with an error', ofZipkin],
  [
    'to OpenTelemetry',
    '2026/11/29 10:13:12 traces export: context deadline exceeded: rpc error: code = Unavailable',
  ],
])('an export that was %s is told from the log of a sidecar', async (_, line) => {
  writeFileSync(join(folder, 'testapp.daprd.log'), `time="x" level=info msg="hello"\n${line}\n`)
  writeFileSync(join(folder, 'tester.daprd.log'), `${line}\n${line}\n`)
  const message = line.slice('2026/11/29 10:13:12 '.length)
  expect(await failedExports(folder)).toContain(`failed to export traces (3 times, at first: ${message})`)
})

it('nothing is told of what apps log, of what daprd logs about other things, and where there are no logs', async () => {
  writeFileSync(join(folder, 'testapp.app.log'), ofZipkin)
  writeFileSync(
    join(folder, 'testapp.daprd.log'),
    `time="x" level=error msg="${ofZipkin}"\n2026/11/29 10:13:12 hello`,
  )
  expect(await failedExports(folder)).toBeUndefined()
  expect(await failedExports(join(folder, 'missing'))).toBeUndefined()
})
