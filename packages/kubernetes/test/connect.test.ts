import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect as connectTo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { PortForward, type V1Pod } from '@kubernetes/client-node'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { connectToCluster } from '../src/connect.js'
import { LiveList } from '../src/live-list.js'

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** Connects to a cluster whose API server has this address. */
function clusterAt(server: string, env: NodeJS.ProcessEnv = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'connect-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const config = {
    clusters: [{ name: 'c', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: { token: 't' } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'c',
  }
  writeFileSync(join(folder, 'config'), JSON.stringify(config))
  for (const [name, value] of Object.entries({ KUBECONFIG: join(folder, 'config'), ...env }))
    vi.stubEnv(name, value)
  return connectToCluster()
}

afterEach(() => void vi.unstubAllEnvs())

const podList = JSON.stringify({ kind: 'PodList', metadata: { resourceVersion: '1' }, items: [] })
const apiServer: RequestListener = ({ url = '' }, response) => {
  if (url.includes('watch=true') || url.includes('follow=true')) response.writeHead(200).flushHeaders()
  else response.setHeader('content-type', 'application/json').end(podList)
}

/** Uses each kind of connection once. */
async function useAll(cluster: ReturnType<typeof connectToCluster>): Promise<void> {
  const namespace = 'n'
  await cluster.core.listNamespacedPod({ namespace })
  using _pods = await LiveList.start<V1Pod>(cluster, { path: '/api/v1/namespaces/n/pods' })
  const stop = new AbortController()
  const log = await cluster.stream('/log?follow=true', stop.signal)
  log.on('error', () => {})
  stop.abort()
  const stream = new PassThrough()
  const forward = new PortForward(cluster.config).portForward(namespace, 'pod', [80], stream, null, stream)
  await forward.catch(() => {}) // this server speaks no WebSocket
}

describe('through a proxy', () => {
  async function proxyTo(port: number) {
    const asked: string[] = []
    const proxy = createServer().on('connect', ({ url }, client) => {
      asked.push(String(url))
      const server = connectTo(port, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'))
      client.pipe(server).pipe(client)
      for (const socket of [client, server]) socket.on('error', () => {})
    })
    return { asked, proxyUrl: `http://127.0.0.1:${await listen(proxy)}` }
  }

  it('go requests, watches, logs and forwarded ports alike', async () => {
    const { asked, proxyUrl } = await proxyTo(await listen(createServer(apiServer)))
    await useAll(clusterAt('http://cluster.invalid:8080', { HTTP_PROXY: proxyUrl }))
    // The list of a LiveList and its watch are two.
    expect(asked).toEqual(Array(5).fill('cluster.invalid:8080'))
  })

  it('goes nothing to a cluster on this machine', async () => {
    const port = await listen(createServer(apiServer))
    const { asked, proxyUrl } = await proxyTo(port)
    await useAll(clusterAt(`http://127.0.0.1:${port}`, { HTTP_PROXY: proxyUrl, HTTPS_PROXY: proxyUrl }))
    expect(asked).toEqual([])
  })

  it('that does not let it pass, it is named in the error', async () => {
    const proxy = createServer().on('connect', (_, client) => client.end('HTTP/1.1 403 Forbidden\r\n\r\n'))
    const host = `127.0.0.1:${await listen(proxy)}`
    const cluster = clusterAt('http://cluster.invalid', { HTTP_PROXY: `http://me:secret@${host}` })
    const error = await cluster.get('/version').catch(({ message }) => message)
    expect(error).toMatch(/\(http:\/\/cluster.invalid through the proxy [\d.:]+\) doesn't answer: .*403/)
    expect(error).not.toContain('secret')
  })
})

it('a list outlives an authentication plugin that fails for a moment', async () => {
  const watches: (() => void)[] = []
  const server = createServer((request, response) => {
    if (request.url?.includes('watch=true')) watches.push(() => response.end())
    apiServer(request, response)
  })
  const cluster = clusterAt(`http://127.0.0.1:${await listen(server)}`)
  using _pods = await LiveList.start<V1Pod>(cluster, { path: '/api/v1/namespaces/n/pods' })
  const authenticate = vi.spyOn(cluster.config, 'applyToFetchOptions')
  authenticate.mockRejectedValueOnce(new Error('the login has expired'))
  watches[0]?.()
  await expect.poll(() => watches.length, { timeout: 10_000 }).toBe(2)
  expect(authenticate).toHaveBeenCalledTimes(2)
})

describe('a stream whose connection is reset', () => {
  it('is an error for its reader, and for nobody else', async () => {
    const server = createServer((_, response) => {
      response.write('a line\n', () => setImmediate(() => response.socket?.resetAndDestroy()))
    })
    const cluster = clusterAt(`http://127.0.0.1:${await listen(server)}`)
    const log = await cluster.stream('/log?follow=true', new AbortController().signal)
    await expect(text(log)).rejects.toThrow('aborted')
  })

  it('before it starts is a KubernetesError', async () => {
    const server = createServer((_, response) => void response.socket?.resetAndDestroy())
    const cluster = clusterAt(`http://127.0.0.1:${await listen(server)}`)
    const asked = cluster.stream('/log', new AbortController().signal)
    await expect(asked).rejects.toThrow("doesn't answer: ECONNRESET")
  })
})
