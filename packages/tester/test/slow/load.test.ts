import { on, once } from 'node:events'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { execa } from 'execa'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { startTarget } from '../target.js'
import { tempFolder } from '../temp-folder.js'
import { shortLoad, startTester } from '../tester.js'

const KiB = 1024

/** Makes a short load with these parameters. */
async function load(parameters: object) {
  const target = await startTarget()
  const tester = await startTester()
  const response = await tester.post(shortLoad(target.url, parameters))
  const text = await response.text()
  expect(response.status, text).toBe(200)
  return { response, result: JSON.parse(text), requests: target.requests, sent: target.requests[0] }
}

describe('the parameters reach fortio', () => {
  test('qps, connections, duration and target', async () => {
    const { result, requests, sent } = await load({ qps: 100, clientConnections: 5, testDuration: '0.3s' })
    expect(result).toMatchObject({
      RequestedQPS: '100',
      RequestedDuration: '300ms',
      NumThreads: 5,
      Version: '1.16.1',
      Jitter: false,
    })
    // On a busy machine fortio ends by its time, with fewer requests than 0.3 s at 100 qps have.
    const answered = result.RetCodes['200']
    expect(answered).toBeGreaterThan(0)
    expect(answered).toBeLessThanOrEqual(30)
    const warmUp = 5
    expect(requests).toHaveLength(answered + warmUp)
    expect(sent).toMatchObject({ method: 'GET', contentType: undefined })
  })

  test('qps 0 sets no limit', async () => {
    const { result } = await load({ qps: 0 })
    expect(result.RequestedQPS).toBe('max')
  })

  test('jitter', async () => {
    const { result } = await load({ jitter: true })
    expect(result.Jitter).toBe(true)
  })

  test('stdClient', async () => {
    // Only fortio's own client knows the size of the response's headers.
    expect((await load({ stdClient: false })).result.HeaderSizes.Min).toBeGreaterThan(0)
    expect((await load({ stdClient: true })).result.HeaderSizes.Max).toBe(0)
  })

  test("arrivals and seed choose our own loop, and without them it is fortio's", async () => {
    const { result } = await load({ qps: 50, clientConnections: 3, arrivals: 'poisson', seed: 7 })
    expect(result.Rated).toMatchObject({ Arrivals: 'poisson', Seed: 7 })
    expect((await load({ qps: 50 })).result).not.toHaveProperty('Rated')
  })

  test.each(['http://', ''])('grpc, with a target %s127.0.0.1:PORT', async (scheme) => {
    const { result } = await load({ grpc: true, targetEndpoint: `${scheme}${await startGrpcServer()}` })
    expect(result.RunType).toBe('GRPC Health')
    expect(Object.keys(result.RetCodes)).toEqual(['SERVING'])
  })
})

describe('large responses', () => {
  /** A target that answers with 200 kB. */
  const largeTarget = async () => {
    const server = createServer((_, response) => void response.end('x'.repeat(200_000))).listen(
      0,
      '127.0.0.1',
    )
    await once(server, 'listening')
    onTestFinished(() => {
      server.close()
      server.closeAllConnections()
    })
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }

  test.each([{ httpBufferKB: 300 }, { stdClient: true }])('are read with %j', async (parameters) => {
    const tester = await startTester()
    const response = await tester.post(shortLoad(await largeTarget(), parameters))
    expect(await response.json()).toMatchObject({ RetCodes: { '200': expect.any(Number) } })
    expect(response.headers.get('fortio-warnings')).toBeNull()
  })

  test("that don't fit are told in fortio's own words", async () => {
    const tester = await startTester()
    const response = await tester.post(shortLoad(await largeTarget()))
    expect(await response.json()).toHaveProperty(['RetCodes', '-1'])
    const warnings = JSON.parse(decodeURIComponent(response.headers.get('fortio-warnings') as string))
    expect(warnings[0]).toMatch(/^Buffer is too small for headers \d+ \+ data 200000/)
  })
})

describe('late sends', () => {
  /** A target that answers each request after 20 ms. */
  const slowTarget = async () => {
    const server = createServer((_, response) => void setTimeout(() => response.end('ok'), 20))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => {
      server.close()
      server.closeAllConnections()
    })
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }

  test('are told beside the result, in time and again', async () => {
    const tester = await startTester()
    const parameters = shortLoad(await slowTarget(), { qps: 1000, clientConnections: 1 })
    const response = await tester.post(parameters, { query: '?id=a' })
    const late = JSON.parse(response.headers.get('fortio-late-sends') as string)
    expect(late.latePercent).toBeGreaterThan(5)
    expect(late.worstLateMs).toBeGreaterThan(15)
    expect((await tester.get('/test/a')).headers.get('fortio-late-sends')).toBe(JSON.stringify(late))
  })

  test('are not told of a load without a target rate, where nothing is due', async () => {
    const { response } = await load({ qps: 0 })
    expect(response.headers.get('fortio-late-sends')).toBeNull()
  })
})

describe('the payload arrives', () => {
  test.each([
    ['a plain one', '{"a":1}'],
    ['one that looks like a flag', '-qps'],
    ['one that a shell would change', '$(id) `id` "x" \'y\' \\ \n*'],
    ['one with a NUL', 'a\0b'],
    ['one of other letters', '你好'],
    ['one too large for an argument', 'x'.repeat(128 * KiB)],
    ['one of more than 256 KiB', 'x'.repeat(300 * KiB)],
  ])('%s', async (_name, payload) => {
    const { sent } = await load({ payload, payloadSizeKB: 7 })
    expect(sent).toMatchObject({ method: 'POST', contentType: 'application/json' })
    expect(sent?.body.equals(Buffer.from(payload))).toBe(true)
  })

  test.each([1, 1024, 300 * KiB, 300 * KiB + 1])('a random one of %d bytes', async (payloadSizeKB) => {
    const { requests, sent } = await load({ payloadSizeKB })
    expect(sent).toMatchObject({ method: 'POST', contentType: 'application/octet-stream' })
    expect(new Set(requests.map(({ body }) => body.length))).toEqual(new Set([payloadSizeKB]))
  })
})

describe('the answer', () => {
  test('is what fortio wrote, byte for byte', async () => {
    const { file } = await keepFortioResult()
    const target = await startTarget()
    const tester = await startTester()
    const response = await tester.post(shortLoad(target.url))
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(Buffer.from(await response.arrayBuffer())).toEqual(await readFile(file))
  })

  test('has percentiles finer than 1 ms', async () => {
    const { result } = await load({ qps: 0 })
    const data: { Start: number }[] = result.DurationHistogram.Data.slice(1)
    const microseconds = data.map(({ Start }) => Math.round(Start * 1e6))
    expect(microseconds.some((bound) => bound % 1000 !== 0)).toBe(true)
  })

  test.each([
    undefined,
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'no type',
    '',
  ])('does not depend on the content type %s', async (contentType) => {
    const target = await startTarget()
    const tester = await startTester()
    const headers: Record<string, string> = contentType === undefined ? {} : { 'content-type': contentType }
    const body = Buffer.from(JSON.stringify(shortLoad(target.url)))
    const response = await fetch(`${tester.url}/test`, { method: 'POST', headers, body })
    expect(response.status).toBe(200)
  })

  test('comes for a body of many MB', async () => {
    const target = await startTarget()
    const tester = await startTester()
    const response = await tester.post({ ...shortLoad(target.url), ignored: 'x'.repeat(50 * KiB * KiB) })
    expect(response.status).toBe(200)
  })

  test('leaves no file behind', async () => {
    const folder = await tempFolder()
    vi.stubEnv('TMPDIR', folder)
    onTestFinished(() => void vi.unstubAllEnvs())
    await load({ payload: 'x'.repeat(128 * KiB) })
    expect((await execa('ls', ['-A', folder])).stdout).toBe('')
  })
})

test('GET / answers 200', async () => {
  const tester = await startTester()
  expect((await tester.get('/')).status).toBe(200)
})

test('the server has no time limit that could cut a long load', async () => {
  const { app } = await startTester()
  expect(app.server).toMatchObject({ timeout: 0, requestTimeout: 0 })
})

/** Puts a fortio first on the PATH that runs the real one, and copies the result that it wrote. */
async function keepFortioResult(): Promise<{ file: string }> {
  const folder = await tempFolder()
  const file = join(folder, 'result.json')
  const script = join(folder, 'fortio')
  await writeFile(script, `#!/bin/sh\nPATH="\${PATH#*:}" fortio "$@" && cp "$3" '${file}'\n`)
  await chmod(script, 0o755)
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`)
  onTestFinished(() => void vi.unstubAllEnvs())
  return { file }
}

/** A gRPC server that answers health checks, until the test is finished. @returns its host:port */
async function startGrpcServer(): Promise<string> {
  const ports = ['-grpc-port=127.0.0.1:0', '-http-port=127.0.0.1:0']
  const others = ['-tcp-port=disabled', '-udp-port=disabled', '-redirect-port=disabled']
  const server = execa('fortio', ['server', ...ports, ...others], { reject: false, buffer: false })
  onTestFinished(async () => {
    server.kill()
    await server
  })
  for await (const [line] of on(createInterface(server.stdout), 'line')) {
    const address = /grpc .* listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1]
    if (address) return address
  }
  throw new Error('the gRPC server did not start')
}
