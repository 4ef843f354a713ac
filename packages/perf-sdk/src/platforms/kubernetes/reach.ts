import { setTimeout as pause } from 'node:timers/promises'
import type { V1Service } from '@kubernetes/client-node'
import { Agent, request } from 'undici'
import type { LiveList } from '../../kubernetes/live-list.js'
import { appOf } from './pod-state.js'

/** How long an address may take to appear once the app is ready, and then to answer. */
const appearWithinMs = 3_000
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
  /** A node at which NodePorts answer, where the user named one. */
  nodeAddress: string | undefined
  forwardPort: () => Promise<string>
  note: (what: string) => void
  signal: AbortSignal
}

/**
 * The base URL under which this process reaches an app: the named node's port, else the load balancer's address,
 * else a port forwarded through the API server. An address that doesn't answer is given up after a few seconds.
 */
export async function reachApp(options: ReachOptions): Promise<string> {
  const { appName, forwardPort, note, signal } = options
  const address = await addressOf(options)
  if (address) {
    const refusal = await untilAnswer(address, signal)
    if (!refusal) return address
    note(`${appName} does not answer at ${address} (${refusal}): going through the API server instead`)
  }
  return forwardPort()
}

async function addressOf({
  appName,
  services,
  nodeAddress,
  signal,
}: ReachOptions): Promise<string | undefined> {
  const serviceIn = (items: V1Service[]) => items.find((service) => appOf(service) === appName)
  const { type, ports } = serviceIn(services.items)?.spec ?? {}
  const { port, nodePort } = ports?.[0] ?? {}
  if (nodeAddress && nodePort) return httpURL(nodeAddress, nodePort)
  if (type !== 'LoadBalancer' || !port) return undefined
  const balancer = (items: V1Service[]) => {
    const { ip, hostname } = serviceIn(items)?.status?.loadBalancer?.ingress?.[0] ?? {}
    return ip ?? hostname
  }
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(appearWithinMs)])
  const host = await services.until(balancer, inTime).catch(() => signal.throwIfAborted())
  return host ? httpURL(host, port) : undefined
}

const httpURL = (host: string, port: number) => `http://${host.includes(':') ? `[${host}]` : host}:${port}`

/** Any answer will do. @returns why there was none */
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
      if (code?.startsWith('HPE_')) return undefined // it answered, in another protocol
      if (performance.now() > deadline) return message || code
    }
    await pause(againAfterMs, undefined, { signal })
  }
}
