import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Cli, temporaryFolder } from '../../cli.js'
import { kubectl, run } from '../cluster.js'
import { namespace, prepareCluster, restoreCluster, startRun } from '../running.js'

beforeAll(prepareCluster, 60_000)
afterAll(restoreCluster, 120_000)

/** An address of this machine at which every port accepts, and closes without an answer, as a VPN that is off does. */
async function emptyAddress(): Promise<string> {
  const address = '127.0.0.9'
  const server = createServer((socket) => socket.destroy()).listen(0, '0.0.0.0')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const rule = ['OUTPUT', '-d', address, '-p', 'tcp', '-j', 'REDIRECT', '--to-ports', String(port)]
  await run('iptables', ['-t', 'nat', '-I', ...rule])
  onTestFinished(async () => {
    await run('iptables', ['-t', 'nat', '-D', ...rule])
    server.close()
  })
  return address
}

/** The API server's address on the node, which is not loopback. */
const node = '10.10.0.2:6443'

/** Puts a file with another address of the cluster before the kubeconfig. @returns KUBECONFIG */
async function kubeconfigWith(address: string): Promise<string> {
  const { clusters } = JSON.parse(await kubectl('config', 'view', '--raw', '--minify', '--output=json'))
  clusters[0].cluster.server = `https://${address}`
  const file = join(temporaryFolder(), 'kubeconfig')
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'Config', clusters }))
  return `${file}:/nowhere:${process.env.KUBECONFIG}`
}

/** Starts an HTTP proxy; `tunnels` are the addresses that it was asked for. */
async function startProxy(): Promise<{ url: string; tunnels: string[] }> {
  const tunnels: string[] = []
  const proxy = createHttpServer().on('connect', ({ url = '' }, client) => {
    tunnels.push(url)
    const [host, port] = url.split(':')
    const server = connect(Number(port), host, () => client.write('HTTP/1.1 200 OK\r\n\r\n'))
    client.pipe(server).pipe(client)
    for (const socket of [client, server]) socket.on('error', () => {})
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => void proxy.close())
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, tunnels }
}

/** Waits until loads were made, which the tester was asked for; that is enough here. @returns what the run said */
async function madeLoads(cli: Cli): Promise<string> {
  await cli.printed('baseline load')
  cli.kill('SIGINT')
  expect(await cli.ended, cli.stderr).toBe(130)
  return cli.stderr
}

const instead = 'going through the API server instead'

describe('the apps are reached', () => {
  it.each([
    [
      'at the address of their load balancer, if that is asked for',
      { DAPR_PERF_SERVICE_TYPE: 'LoadBalancer' },
      /tester answers at http:\/\/10\.10\.0\.\d+:3001/,
    ],
    [
      'at a port of the node that MINIKUBE_NODE_IP names',
      { MINIKUBE_NODE_IP: '127.0.0.1' },
      /tester answers at http:\/\/127\.0\.0\.1:3\d{4}/,
    ],
  ])('%s', async (_, env, said) => {
    expect(await madeLoads(startRun({ env }))).toMatch(said)
  })

  it('through the API server by default: nothing outside the cluster has access to them', async () => {
    const cli = startRun()
    await cli.printed('baseline load')
    const types = 'jsonpath={.items[*].spec.type}'
    const services = ['get', 'services', '-n', namespace, '-l', 'dapr-perf/app', '-o', types]
    expect(new Set((await kubectl(...services)).split(' '))).toEqual(new Set(['ClusterIP']))
    expect(await madeLoads(cli)).not.toMatch(/tester (answers at|does not answer)/)
  })

  it('through the API server by a proxy: for a merged kubeconfig and all kinds of requests', async () => {
    const { url, tunnels } = await startProxy()
    const cli = startRun({ env: { KUBECONFIG: await kubeconfigWith(node), HTTPS_PROXY: url } })
    await madeLoads(cli)
    expect(new Set(tunnels)).toEqual(new Set([node]))
    expect(tunnels.length).toBeGreaterThan(10)
  })

  it('through the API server where their address closes without an answer, and it is said', async () => {
    const address = await emptyAddress()
    const said = await madeLoads(startRun({ env: { DAPR_TEST_MINIKUBE_IP: address } }))
    expect(said).toMatch(new RegExp(`testapp does not answer at http://${address}:\\d+ \\(.*\\): ${instead}`))
  })
})
