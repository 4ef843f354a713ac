import { InputError } from '@dapr-perf/errors'
import { checkInvokedMethod, checkKey, checkMethod, checkTopic } from './check-address.js'

/** The protocols to call apps and sidecars with. */
export type Protocol = 'http' | 'grpc'

/** Where the requests of a load go, by the case's own names, which the platform resolves to addresses. */
export type Target = (
  | { kind: 'app'; app: string; method: string; protocol: Protocol }
  | { kind: 'invoke'; app: string; method: string; protocol: Protocol }
  | { kind: 'state'; store: string; key: string; protocol: Protocol }
  | { kind: 'store'; store: string; key: string; otherwise: Target }
  | {
      kind: 'publish'
      pubsub: string
      topic: string
      /** Events that each request publishes. */
      events: number
      /** Whether they are published in one bulk call. */
      bulk: boolean
      /** How an event is sent over HTTP: as it is, or as a JSON string. */
      contentType: 'application/octet-stream' | 'application/json'
      protocol: Protocol
    }
  | { kind: 'noop' }
) &
  Rate

/** A target of target.publish. */
export type PublishTarget = Extract<Target, { kind: 'publish' }>

interface Rate {
  /** Multiplies the case's target rate for this target, to a whole number of requests per second; 1 by default. */
  rateMultiplier?: number
}

/**
 * The target rate of a target, in requests per second.
 *
 * @param qps the case's; 0 sets no limit
 * @throws InputError if it is no whole number, which fortio's loads need, or the multiplier is not positive
 */
export function rateOf({ rateMultiplier = 1 }: Target, qps: number): number {
  const rate = Math.round(qps * rateMultiplier)
  if (rateMultiplier > 0 && Math.abs(rate - qps * rateMultiplier) < 1e-9 * Math.max(1, rate)) return rate
  throw new InputError(
    `${qps} qps times the rateMultiplier ${rateMultiplier}: expected a positive multiplier, and a whole number of requests per second`,
  )
}

interface ProtocolOption extends Rate {
  /** http by default. */
  protocol?: Protocol
}

interface PublishOptions extends ProtocolOption {
  /** Events that each request publishes; 1 by default. Over HTTP more than one needs `bulk`. */
  events?: number
  /** Whether they are published in one call of Dapr's bulk API; false by default. */
  bulk?: boolean
  /** Over HTTP, how an event is sent: as it is (default of single events), or as a JSON string (default of bulk calls). */
  contentType?: 'application/octet-stream' | 'application/json'
}

/** What can be loaded. Apps and components are given by their names in the case. */
export const target = {
  /**
   * An app itself, without Dapr: a path of its HTTP server, with or without a query, or, over gRPC, a method of its
   * AppCallback service (OnInvoke), as its sidecar would call it. What can't be in a URL is percent-encoded; what already
   * is stays.
   */
  app(app: string, pathOrMethod: string, { protocol = 'http', ...rate }: ProtocolOption = {}): Target {
    const method = pathOrMethod.replace(/^\//, '')
    checkMethod(method)
    return { kind: 'app', app, method, protocol, ...rate }
  },

  /**
   * A method of an app, called through the sidecars of the load generator and of the app. Over HTTP it is a path, encoded
   * like that of target.app.
   *
   * @throws InputError if Dapr can't carry it
   */
  invoke(app: string, path: string, { protocol = 'http', ...rate }: ProtocolOption = {}): Target {
    const method = path.replace(/^\//, '')
    checkInvokedMethod(method, protocol)
    return { kind: 'invoke', app, method, protocol, ...rate }
  },

  /**
   * GET of a key from a state store through the sidecar.
   *
   * @throws InputError if Dapr can't have such a key
   */
  state(store: string, key: string, { protocol = 'http', ...rate }: ProtocolOption = {}): Target {
    checkKey(key)
    return { kind: 'state', store, key, protocol, ...rate }
  },

  /**
   * The same key, read from the store itself in its own protocol, without Dapr. This works for Redis; for an in-memory
   * store, or a keyPrefix of none or namespace, the load goes to `otherwise`.
   *
   * @throws InputError if Dapr can't have such a key
   */
  store(store: string, key: string, otherwise: Target): Target {
    checkKey(key)
    const { rateMultiplier } = otherwise
    return { kind: 'store', store, key, otherwise, ...(rateMultiplier && { rateMultiplier }) }
  },

  /**
   * Events, published through the sidecar.
   *
   * @throws InputError if one HTTP request has several events and `bulk` is not set, or Dapr can't have such a topic
   */
  publish(pubsub: string, topic: string, options: PublishOptions = {}): PublishTarget {
    const { events = 1, bulk = false, protocol = 'http', contentType, ...rate } = options
    checkTopic(topic)
    if (!Number.isInteger(events) || events < 1)
      throw new InputError(`target.publish: events ${events}: expected a whole number of at least 1`)
    if (events > 1 && protocol === 'http' && !bulk)
      throw new InputError(`target.publish: ${events} events in an HTTP request need { bulk: true }`)
    const sentAs = contentType ?? (bulk ? 'application/json' : 'application/octet-stream')
    return { kind: 'publish', pubsub, topic, events, bulk, protocol, contentType: sentAs, ...rate }
  },

  /** Nothing: the load generator only keeps its rate. Shows its own overhead. */
  noop: (): Target => ({ kind: 'noop' }),
}

/** The events that a request to a target publishes; 1 for targets that don't publish. */
export const eventsPerRequest = (target: Target) => (target.kind === 'publish' ? target.events : 1)

/** Whether the requests to a target go through a sidecar. */
export const hasSidecar = ({ kind }: Target) => kind === 'invoke' || kind === 'state' || kind === 'publish'
