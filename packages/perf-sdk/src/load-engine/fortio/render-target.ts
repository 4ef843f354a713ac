import type { ResolvedTarget } from '../../model/target.js'
import type { LoadRequest } from '../load-engine.js'
import type { TestParameters } from './tester-client.js'

/** The tester's parameters that depend on the target. */
type Rendered = Pick<TestParameters, 'targetEndpoint'> &
  Pick<Partial<TestParameters>, 'grpc' | 'dapr' | 'stdClient' | 'payload' | 'payloadSizeKB'>

/** A resolved target as fortio's arguments: an HTTP URL, or a gRPC address and -dapr. */
export function renderTarget(
  target: ResolvedTarget,
  { payload, payloadSize }: Pick<LoadRequest, 'payload' | 'payloadSize'>,
): Rendered {
  switch (target.kind) {
    case 'app':
      return target.protocol === 'http'
        ? { targetEndpoint: `${target.url}/${urlPath(target.method)}` }
        : overGRPC(target.url, { capability: 'invoke', target: 'appcallback', method: target.method })
    case 'invoke':
      return target.protocol === 'http'
        ? { targetEndpoint: `${target.sidecar}/v1.0/invoke/${target.appId}/method/${urlPath(target.method)}` }
        : overGRPC(target.sidecar, {
            capability: 'invoke',
            target: 'dapr',
            method: target.method,
            appid: target.appId,
          })
    case 'state':
      return target.protocol === 'http'
        ? {
            targetEndpoint: `${target.sidecar}/v1.0/state/${target.store}/${encodeURIComponent(target.key)}`,
            ...noBody, // with a body fortio would POST
          }
        : overGRPC(target.sidecar, {
            capability: 'state',
            target: 'dapr',
            method: 'get',
            store: target.store,
            key: target.key,
          })
    case 'redis': {
      const { address, keyPrefix, key } = target
      const get = { capability: 'state', target: 'redis', method: 'get', appid: keyPrefix, key }
      return overGRPC(`redis://${address}`, get)
    }
    case 'publish':
      return target.protocol === 'http'
        ? publishOverHTTP(target, payload || 'x'.repeat(payloadSize))
        : publishOverGRPC(target)
    case 'noop':
      return overGRPC('http://127.0.0.1:1', { capability: 'state', target: 'noop' })
  }
}

const noBody = { payload: '', payloadSizeKB: 0 }

/** Dapr answers with 204 and no Content-Length: fortio's own HTTP client closes its connection then, Go's does not. */
const keepsConnections = { stdClient: true }

type Publish = Extract<ResolvedTarget, { kind: 'publish' }>

function publishOverHTTP(
  { sidecar, pubsub, topic, events, bulk, contentType }: Publish,
  event: string,
): Rendered {
  if (!bulk) {
    const targetEndpoint = `${sidecar}/v1.0/publish/${pubsub}/${encodeURIComponent(topic)}`
    return {
      targetEndpoint,
      ...keepsConnections,
      ...(contentType === 'application/json' && { payload: JSON.stringify(event) }),
    }
  }
  const entries = Array.from({ length: events }, (_, entryId) => ({
    entryId: String(entryId),
    event,
    contentType,
  }))
  return {
    targetEndpoint: `${sidecar}/v1.0-alpha1/publish/bulk/${pubsub}/${encodeURIComponent(topic)}`,
    ...keepsConnections,
    payload: JSON.stringify(entries),
  }
}

function publishOverGRPC({ sidecar, pubsub, topic, events, bulk }: Publish): Rendered {
  return overGRPC(sidecar, {
    capability: 'pubsub',
    target: 'dapr',
    method: bulk ? 'bulkpublish' : 'publish',
    store: pubsub,
    topic,
    contenttype: 'text/plain',
    ...(events > 1 && { numevents: String(events) }),
  })
}

function overGRPC(targetEndpoint: string, parameters: Record<string, string>): Rendered {
  const dapr = Object.entries(parameters).map(([name, value]) => daprParameter(name, value))
  return { targetEndpoint, grpc: true, dapr: dapr.join(',') }
}

/** One of -dapr's parameters, which are separated by commas: `name*` has a percent-encoded value. */
const daprParameter = (name: string, value: string) =>
  /[,\p{Cc}]/u.test(value) ? `${name}*=${encodeURIComponent(value)}` : `${name}=${value}`

/** A path and its query in a URL: what a URL can't have is percent-encoded, and what already is stays. */
const urlPath = (path: string) =>
  path.replace(/%(?![\da-f]{2})|[^\w.~!$&'()*+,;=:@/?[\]%-]/giu, encodeURIComponent)
