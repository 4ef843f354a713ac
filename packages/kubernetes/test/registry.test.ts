import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findInRegistry } from '../src/registry.js'

async function registry(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('an image in a registry', () => {
  it('is there, or missing, by its name and tag', async () => {
    const host = await registry((request, response) => {
      response.statusCode = request.url === '/v2/me/perf-tester/manifests/dev' ? 200 : 404
      response.setHeader('docker-content-digest', 'sha256:1234')
      response.end()
    })
    expect(await findInRegistry(`${host}/me/perf-tester:dev`)).toEqual({ is: 'there', digest: 'sha256:1234' })
    expect(await findInRegistry(`${host}/me/perf-tester:other`)).toEqual({ is: 'missing' })
  })

  it('is looked for with a token for anonymous pulls, where the registry wants one', async () => {
    const host = await registry((request, response) => {
      const url = new URL(request.url as string, `http://${request.headers.host}`)
      if (url.pathname === '/token' && url.searchParams.get('scope') === 'repository:perf-tester:pull') {
        response.end('{"token":"anonymous"}')
      } else {
        response.statusCode = request.headers.authorization === 'Bearer anonymous' ? 200 : 401
        const realm = `http://${request.headers.host}/token`
        response.setHeader('www-authenticate', `Bearer realm="${realm}",service="here"`)
        response.end()
      }
    })
    expect(await findInRegistry(`${host}/perf-tester:dev`)).toMatchObject({ is: 'there' })
  })

  it('is unknown where the registry requires authentication', async () => {
    const host = await registry((_, response) => {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="here"' }).end()
    })
    const reason = 'the registry requires authentication'
    expect(await findInRegistry(`${host}/perf-tester:dev`)).toEqual({ is: 'unknown', reason })
  })

  it('is unknown where the registry cannot be reached', async () => {
    const reason = 'the registry cannot be reached: ECONNREFUSED'
    expect(await findInRegistry('127.0.0.1:1/perf-tester:dev')).toEqual({ is: 'unknown', reason })
  })
})
