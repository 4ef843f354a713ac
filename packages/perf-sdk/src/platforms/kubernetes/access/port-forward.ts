import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import type { Cluster } from '@dapr-perf/kubernetes'
import { PortForward } from '@kubernetes/client-node'

/** Forwards a port of this machine's loopback to a port of a pod, through the API server. */
export class PodPort {
  readonly #sockets = new Set<Socket>()

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** @param podName called for each connection, so that the port outlives a pod */
  static async open(
    cluster: Cluster,
    namespace: string,
    podName: () => string,
    port: number,
  ): Promise<PodPort> {
    const forward = new PortForward(cluster.config)
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const podPort = new PodPort(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    server.on('connection', (socket) => podPort.#connect(socket, forward, namespace, podName, port))
    return podPort
  }

  close(): void {
    this.server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Each local connection has its own one to the API server; if either breaks, so does the other. */
  async #connect(
    socket: Socket,
    forward: PortForward,
    namespace: string,
    podName: () => string,
    port: number,
  ) {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    // The client writes errors from the pod to it, such as a port that nothing listens on.
    const failure = new PassThrough().on('data', () => socket.destroy())
    try {
      const connection = await forward.portForward(namespace, podName(), [port], socket, failure, socket)
      if (typeof connection === 'function') return
      socket.on('close', () => connection.close())
      connection.on('close', () => socket.destroy())
      connection.on('error', () => socket.destroy())
      if (socket.destroyed) connection.close()
    } catch {
      socket.destroy()
    }
  }
}
