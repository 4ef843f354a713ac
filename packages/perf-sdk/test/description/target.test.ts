import { InputError } from '@dapr-perf/errors'
import { describe, expect, it } from 'vitest'
import { target } from '../../src/description/target.js'

const grpc = { protocol: 'grpc' } as const

describe('a target is refused that Dapr can not carry', () => {
  it.each(['', '.', '..', 'a||b', '\ud800'])('the key %j', (key) => {
    expect(() => target.state('s', key)).toThrow(InputError)
    expect(() => target.store('s', key, target.noop())).toThrow(`key ${JSON.stringify(key)}: a key can't be`)
  })

  it.each(['', '.', '..', 'a\udfff'])('the topic %j', (topic) => {
    expect(() => target.publish('p', topic)).toThrow(`topic ${JSON.stringify(topic)}: a topic can't be`)
  })

  it.each([
    'a#b',
    'a%23b',
    '50%',
    'a%2Fb',
    'a%3fb',
    'a//b',
    'a/../b',
    './a',
    'a%00b',
    'a\nb',
    'x/',
    'x/?a=b',
  ])('the method %j over HTTP, where another one would be called', (method) => {
    expect(() => target.invoke('app', method)).toThrow(
      `method ${JSON.stringify(method)}: over HTTP Dapr can't carry #`,
    )
  })
})

describe('a target may be', () => {
  it.each(['user/123/settings', 'a,b=c', '100%', 'a b', '...', 'x/../y', '/', '\n', '😀'])(
    'the key and topic %j',
    (name) => {
      expect(target.state('s', name)).toMatchObject({ key: name })
      expect(target.state('s', name, grpc)).toMatchObject({ key: name })
      expect(target.publish('p', name)).toMatchObject({ topic: name })
    },
  )

  it.each(['/api/v1/x?a=b&c=d', '', 'a b/ü', '/', 'a%20b', '.well-known/x', 'x?q=a//b#%'])(
    'the method %j',
    (method) => {
      expect(target.invoke('app', method)).toMatchObject({ method: method.replace(/^\//, '') })
    },
  )

  it('any method over gRPC', () => {
    expect(target.invoke('app', 'a//b#%', grpc)).toMatchObject({ method: 'a//b#%' })
  })
})
