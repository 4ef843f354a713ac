import type { Protocol } from '../description/target.js'

/** A target with the addresses and names that its requests need. */
export type ResolvedTarget =
  | { kind: 'app'; url: string; method: string; protocol: Protocol }
  | { kind: 'invoke'; sidecar: string; appId: string; method: string; protocol: Protocol }
  | { kind: 'state'; sidecar: string; store: string; key: string; protocol: Protocol }
  | {
      kind: 'publish'
      sidecar: string
      pubsub: string
      topic: string
      events: number
      bulk: boolean
      contentType: 'application/octet-stream' | 'application/json'
      protocol: Protocol
    }
  | { kind: 'redis'; address: string; keyPrefix: string; key: string }
  | { kind: 'noop' }
