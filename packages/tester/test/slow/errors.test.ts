import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { startTarget } from '../target.js'
import { tempFolder } from '../temp-folder.js'
import { longLoad, shortLoad, startTester } from '../tester.js'
import { fortiosOf } from './fortio-processes.js'

// Nothing listens on the discard port of these machines.
const nobody = 'http://127.0.0.1:9/'

describe('error reading request body', () => {
  test('a body above 64 MiB', async () => {
    const tester = await startTester()
    const response = await tester.post('x'.repeat(64 * 1024 * 1024 + 1))
    expect(response.status).toBe(413)
    expect(await response.text()).toBe('error reading request body: Request body is too large')
  })

  test('a body that is not as long as the request says', async () => {
    const tester = await startTester()
    const socket = connect(Number(new URL(tester.url).port), '127.0.0.1')
    await once(socket, 'connect')
    socket.end('POST /test HTTP/1.1\r\nHost: tester\r\nContent-Length: 9\r\n\r\n{}')
    expect(await text(socket)).not.toContain('200 OK')
    expect(await fortiosOf(process.pid)).toEqual([])
  })
})

describe('error parsing test params', () => {
  test.each([
    ['', 'error parsing test params: Unexpected end of JSON input'],
    ['[]', 'error parsing test params: the body must be a JSON object, not []'],
    [
      '{"qps":-1,"clientConnections":2,"testDuration":"0s","targetEndpoint":"-h"}',
      'error parsing test params: qps must be an integer of 0 or more, not -1; ' +
        'targetEndpoint must be an http:// or https:// URL, not "-h"; ' +
        'testDuration must be a duration above zero, such as 30s or 1m30s, not "0s"',
    ],
  ])('%s', async (body, message) => {
    const tester = await startTester()
    const response = await tester.post(body)
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toContain('text/plain')
    expect(await response.text()).toBe(message)
  })

  test('no body at all', async () => {
    const tester = await startTester()
    const response = await fetch(`${tester.url}/test`, { method: 'POST' })
    expect(response.status).toBe(400)
    expect(await response.text()).toBe('error parsing test params: Unexpected end of JSON input')
  })

  test.each(['', 'a b', 'a/b', 'x'.repeat(65)])('the id "%s"', async (id) => {
    const tester = await startTester()
    const response = await tester.post(shortLoad(nobody), { query: `?id=${encodeURIComponent(id)}` })
    expect(response.status).toBe(400)
    expect(await response.text()).toBe(
      `error parsing test params: id must be 1 to 64 letters, digits, _ or -, not "${id}"`,
    )
  })

  test('two ids', async () => {
    const tester = await startTester()
    expect((await tester.post(shortLoad(nobody), { query: '?id=a&id=b' })).status).toBe(400)
  })
})

describe('error encountered while running test', () => {
  test('no target is there', async () => {
    const tester = await startTester()
    const response = await tester.post(shortLoad(nobody))
    expect(response.status).toBe(500)
    const lines = (await response.text()).split('\n')
    expect(lines[0]).toBe('error encountered while running test: fortio exited with code 1')
    expect(lines.at(-1)).toContain(`Aborting because of error -1 for ${nobody}`)
    expect(lines.join()).toContain('connection refused')
  })

  test('the reason is shown whole, though a long URL comes before it', async () => {
    const target = createServer((_, response) => response.writeHead(500).end('out of order'))
    onTestFinished(() => void target.close())
    await once(target.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(target.address() as AddressInfo).port}/${'x'.repeat(5_000)}`
    const tester = await startTester()
    const response = await tester.post(shortLoad(url))
    const last = (await response.text()).split('\n').at(-1) as string
    expect(last).toMatch(/^Aborting because of error 500 for http.*x: .*out of order/)
    expect(last.length).toBeLessThan(600)
  })

  test('no gRPC target is there', async () => {
    const tester = await startTester()
    const response = await tester.post(shortLoad('127.0.0.1:9', { grpc: true }))
    expect(response.status).toBe(500)
    expect(await response.text()).toMatch(/exited with code 1\n.*connection refused/s)
  })

  test('fortio is killed', async () => {
    const target = await startTarget()
    const tester = await startTester()
    const answer = tester.post(longLoad(target.url))
    await target.firstRequest
    const [fortio] = await fortiosOf(process.pid)
    process.kill(fortio as number, 'SIGKILL')
    const response = await answer
    expect(response.status).toBe(500)
    expect(await response.text()).toMatch(
      /^error encountered while running test: fortio was killed by SIGKILL\nFortio 1\.16\.1 running/,
    )
  })

  test('fortio is not on the PATH', async () => {
    vi.stubEnv('PATH', await tempFolder())
    onTestFinished(() => void vi.unstubAllEnvs())
    const tester = await startTester()
    const response = await tester.post(shortLoad(nobody))
    expect(response.status).toBe(500)
    expect(await response.text()).toBe(
      'error encountered while running test: fortio did not start: spawn fortio ENOENT',
    )
  })

  test('there is no room for temporary files', async () => {
    vi.stubEnv('TMPDIR', '/nowhere')
    onTestFinished(() => void vi.unstubAllEnvs())
    const tester = await startTester()
    const response = await tester.post(shortLoad(nobody))
    expect(response.status).toBe(500)
    expect(await response.text()).toMatch(/^error encountered while running test: ENOENT/)
  })

  test('after an error the next test runs', async () => {
    const target = await startTarget()
    const tester = await startTester()
    expect((await tester.post(shortLoad(nobody))).status).toBe(500)
    expect((await tester.post(shortLoad(target.url))).status).toBe(200)
  })
})
