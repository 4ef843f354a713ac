import { Agent, Pool, ProxyAgent } from 'undici'
import { proxyFor } from './proxy-for.js'

/** Limits in ms, by default undici's. */
export interface Timeouts {
  /** For a connection, to the proxy or to the server. */
  connect?: number
  /** For the headers of a response, and between two parts of its body. */
  stall?: number
}

/** An undici dispatcher that sends each request through the proxy of the environment; see `proxyFor`. */
export function createAgent({ connect, stall }: Timeouts = {}, env: NodeJS.ProcessEnv = process.env): Agent {
  const limits = stall === undefined ? {} : { headersTimeout: stall, bodyTimeout: stall }
  const connection = connect === undefined ? {} : { timeout: connect }
  return new Agent({
    factory(origin) {
      const proxy = proxyFor(origin, env)
      if (!proxy) return new Pool(origin, { ...limits, connect: connection })
      return new ProxyAgent({
        uri: proxy,
        ...limits,
        proxyTls: connection,
        requestTls: connection,
        clientFactory: (address, options) => new Pool(address, { ...options, ...limits }),
      })
    },
  })
}
