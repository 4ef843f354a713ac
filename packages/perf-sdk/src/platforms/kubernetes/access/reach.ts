import { setTimeout as pause } from 'node:timers/promises'
import type { LiveList } from '@dapr-perf/kubernetes'
import type { V1Service } from '@kubernetes/client-node'
import { Agent, request } from 'undici'
import { appOf } from '../pods/pod-state.js'

const answerWithinMs = 4_000
const againAfterMs = 200

const dispatcher = new Agent({
  connect: { timeout: 1_500 },
  headersTimeout: 1_500,
  bodyTimeout: 1_500,
  pipelining: 0,
})

export interface ReachOptions {
  appName: string
  services: LiveList<V1Service>
  /** A node whose NodePorts are reachable, if the user named one. */
  nodeAddress: string | undefined
  forwardPort: () => Promise<string>
  note: (what: string) => void
  signal: AbortSignal
}

/**
 * The base URL at which this process reaches an app: the named node's port, the load balancer's address, or
 * a port forwarded through the API server. An address that doesn't respond is given up after a few seconds, and a load
 * balancer without an address isn't waited for: only the requests that start loads go this way, not the loads.
 */
export async function reachApp(options: ReachOptions): Promise<string> {
  const { appName, forwardPort, note, signal } = options
  const { address, reason } = addressOf(options)
  if (!address && !reason) return forwardPort()
  const refusal = address && (await untilAnswer(address, signal))
  if (address && !refusal) {
    note(`${appName} answers at ${address}`)
    return address
  }
  const why = address ? `does not answer at ${address} (${refusal})` : reason
  note(`${appName} ${why}: going through the API server instead`)
  return forwardPort()
}

/** An app's address outside the cluster, or why it has none; neither where it is not meant to have one. */
function addressOf({ appName, services, nodeAddress }: ReachOptions): { address?: string; reason?: string } {
  const service = services.items.find((candidate) => appOf(candidate) === appName)
  const { type, ports } = service?.spec ?? {}
  const { port, nodePort } = ports?.[0] ?? {}
  if (nodeAddress && nodePort) return { address: httpURL(nodeAddress, nodePort) }
  if (type === 'ClusterIP' || !port) return {}
  if (type === 'NodePort') return { reason: 'has a NodePort, but MINIKUBE_NODE_IP names no node' }
  const { ip, hostname } = service?.status?.loadBalancer?.ingress?.[0] ?? {}
  const host = ip ?? hostname
  return host ? { address: httpURL(host, port) } : { reason: 'has no address of a load balancer yet' }
}

const httpURL = (host: string, port: number) => `http://${host.includes(':') ? `[${host}]` : host}:${port}`

/** Any response will do. @returns why there was none */
async function untilAnswer(url: string, signal: AbortSignal): Promise<string | undefined> {
  const deadline = performance.now() + answerWithinMs
  for (;;) {
    try {
      const { body } = await request(url, { dispatcher, signal })
      await body.dump()
      return undefined
    } catch (error) {
      signal.throwIfAborted()
      const { code, message } = error as NodeJS.ErrnoException
      if (code?.startsWith('HPE_')) return undefined // it responded, in another protocol
      if (performance.now() > deadline) return message || code
    }
    await pause(againAfterMs, undefined, { signal })
  }
}
