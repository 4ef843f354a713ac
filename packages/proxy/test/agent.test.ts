import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { request } from 'undici'
import { expect, it, onTestFinished } from 'vitest'
import { createAgent } from '../src/agent.js'

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** A server on loopback, and a proxy that leads to it from wherever a request is for. */
async function serverBehindProxy(answer: RequestListener) {
  const port = await listen(createServer(answer))
  const tunnels: { to: string | undefined; login: string | undefined }[] = []
  const proxy = createServer()
  proxy.on('connect', ({ url, headers }, client) => {
    tunnels.push({ to: url, login: headers['proxy-authorization'] })
    if (url?.startsWith('forbidden')) return client.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    const server = connect(port, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'))
    client.pipe(server).pipe(client)
    for (const socket of [client, server]) socket.on('error', () => {})
  })
  return { port, proxyPort: await listen(proxy), tunnels }
}

function agentWith(...args: Parameters<typeof createAgent>) {
  const agent = createAgent(...args)
  onTestFinished(() => agent.destroy())
  return agent
}

it('requests go through the proxy, with its login, and to this machine directly', async () => {
  const { port, proxyPort, tunnels } = await serverBehindProxy((_, response) => response.end('here'))
  const agent = agentWith({}, { HTTP_PROXY: `http://me:s%40crt@127.0.0.1:${proxyPort}` })
  const bodyOf = async (url: string) => (await request(url, { dispatcher: agent })).body.text()

  expect(await bodyOf('http://registry.invalid:5000/v2/')).toBe('here')
  expect(tunnels).toEqual([{ to: 'registry.invalid:5000', login: `Basic ${btoa('me:s@crt')}` }])

  expect(await bodyOf(`http://127.0.0.1:${port}/`)).toBe('here')
  expect(tunnels).toHaveLength(1)
})

it("a proxy's refusal is an error, not an answer", async () => {
  const { proxyPort } = await serverBehindProxy((_, response) => response.end())
  const agent = agentWith({}, { http_proxy: `127.0.0.1:${proxyPort}` })
  const asked = request('http://forbidden.invalid/', { dispatcher: agent })
  await expect(asked).rejects.toThrow('403')
})

it('a proxy that does not answer is given up', async () => {
  const { proxyPort } = await serverBehindProxy((_, response) => void response.writeHead(200).flushHeaders())
  const agent = agentWith({ stall: 100 }, { HTTP_PROXY: `127.0.0.1:${proxyPort}` })
  const { body } = await request('http://silent.invalid/', { dispatcher: agent })
  await expect(body.text()).rejects.toThrow('Body Timeout')
})
