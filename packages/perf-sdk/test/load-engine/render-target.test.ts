import { describe, expect, it } from 'vitest'
import { renderTarget } from '../../src/load-engine/fortio/render-target.js'
import type { ResolvedTarget } from '../../src/model/target.js'

const render = (target: ResolvedTarget, payload = '', payloadSize = 3) =>
  renderTarget(target, { payload, payloadSize })
const http = { protocol: 'http', sidecar: 'http://127.0.0.1:3500' } as const
const grpc = { protocol: 'grpc', sidecar: 'http://127.0.0.1:50001' } as const
const publish = {
  kind: 'publish',
  pubsub: 'p',
  topic: 't',
  events: 1,
  bulk: false,
  contentType: 'application/octet-stream',
} as const

describe('fortio is told of a target', () => {
  it.each<[string, ResolvedTarget, object]>([
    [
      'an app over HTTP',
      { kind: 'app', url: 'http://testapp:3000', method: 'test', protocol: 'http' },
      { targetEndpoint: 'http://testapp:3000/test' },
    ],
    [
      'an app over gRPC',
      { kind: 'app', url: 'http://testapp:3000', method: 'load', protocol: 'grpc' },
      {
        targetEndpoint: 'http://testapp:3000',
        grpc: true,
        dapr: 'capability=invoke,target=appcallback,method=load',
      },
    ],
    [
      'service invocation over HTTP',
      { kind: 'invoke', appId: 'testapp-x7', method: 'test?a=b', ...http },
      { targetEndpoint: 'http://127.0.0.1:3500/v1.0/invoke/testapp-x7/method/test?a=b' },
    ],
    [
      'a path that a URL has to encode, without what is encoded already',
      { kind: 'app', url: 'http://testapp:3000', method: 'a b/ü%20x?q=50% #|&r[]=1', protocol: 'http' },
      { targetEndpoint: 'http://testapp:3000/a%20b/%C3%BC%20x?q=50%25%20%23%7C&r[]=1' },
    ],
    [
      'service invocation over gRPC',
      { kind: 'invoke', appId: 'testapp-x7', method: 'load', ...grpc },
      {
        targetEndpoint: 'http://127.0.0.1:50001',
        grpc: true,
        dapr: 'capability=invoke,target=dapr,method=load,appid=testapp-x7',
      },
    ],
    [
      'a key over HTTP, whatever is in it, without a body',
      { kind: 'state', store: 's', key: 'user/1 ü', ...http },
      {
        targetEndpoint: 'http://127.0.0.1:3500/v1.0/state/s/user%2F1%20%C3%BC',
        payload: '',
        payloadSizeKB: 0,
      },
    ],
    [
      'a key over gRPC',
      { kind: 'state', store: 's', key: 'a/b', ...grpc },
      {
        targetEndpoint: 'http://127.0.0.1:50001',
        grpc: true,
        dapr: 'capability=state,target=dapr,method=get,store=s,key=a/b',
      },
    ],
    [
      'a key over gRPC that would be two parameters, or none',
      { kind: 'state', store: 's', key: 'a,b=c%\n😀', ...grpc },
      {
        targetEndpoint: 'http://127.0.0.1:50001',
        grpc: true,
        dapr: 'capability=state,target=dapr,method=get,store=s,key*=a%2Cb%3Dc%25%0A%F0%9F%98%80',
      },
    ],
    [
      'a key of Redis',
      { kind: 'redis', address: '127.0.0.1:6379', keyPrefix: 'run-1', key: 'k' },
      {
        targetEndpoint: 'redis://127.0.0.1:6379',
        grpc: true,
        dapr: 'capability=state,target=redis,method=get,appid=run-1,key=k',
      },
    ],
    [
      'events over gRPC, one call after the other',
      { ...publish, events: 10, ...grpc },
      {
        targetEndpoint: 'http://127.0.0.1:50001',
        grpc: true,
        dapr: 'capability=pubsub,target=dapr,method=publish,store=p,topic=t,contenttype=text/plain,numevents=10',
      },
    ],
    [
      'an event over HTTP, as it is',
      { ...publish, ...http },
      { targetEndpoint: 'http://127.0.0.1:3500/v1.0/publish/p/t', stdClient: true },
    ],
    [
      'an event over HTTP, for a topic with wildcards',
      { ...publish, ...http, topic: 'orders/+/#?' },
      {
        targetEndpoint: 'http://127.0.0.1:3500/v1.0/publish/p/orders%2F%2B%2F%23%3F',
        stdClient: true,
      },
    ],
    [
      'an event over HTTP, as JSON',
      { ...publish, ...http, contentType: 'application/json' },
      { targetEndpoint: 'http://127.0.0.1:3500/v1.0/publish/p/t', stdClient: true, payload: '"xxx"' },
    ],
  ])('%s', (_, target, expected) => {
    expect(render(target)).toEqual(expected)
  })

  it('a bulk call over HTTP holds all its events', () => {
    const target = { ...publish, events: 2, bulk: true, contentType: 'application/json', ...http } as const
    const { targetEndpoint, payload } = render(target, 'hello')
    expect(targetEndpoint).toBe('http://127.0.0.1:3500/v1.0-alpha1/publish/bulk/p/t')
    expect(JSON.parse(payload as string)).toEqual([
      { entryId: '0', event: 'hello', contentType: 'application/json' },
      { entryId: '1', event: 'hello', contentType: 'application/json' },
    ])
  })
})
