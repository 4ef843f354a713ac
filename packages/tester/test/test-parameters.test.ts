import { describe, expect, test } from 'vitest'
import { InvalidLoadError } from '../src/errors.js'
import { parseTestParameters } from '../src/test-parameters.js'

const valid = { qps: 1, clientConnections: 1, testDuration: '1s', targetEndpoint: 'http://127.0.0.1/' }
const parse = (fields: object) => parseTestParameters(JSON.stringify({ ...valid, ...fields }))
const variant = (name: string, targetEndpoint = 'http://127.0.0.1/') => ({ name, targetEndpoint, dapr: '' })

describe('like json.Unmarshal', () => {
  test('absent fields have their zero values', () => {
    expect(parse({ qps: undefined })).toEqual({
      ...valid,
      qps: 0,
      payloadSizeKB: 0,
      payload: '',
      stdClient: false,
      grpc: false,
      dapr: '',
      jitter: false,
      httpBufferKB: 0,
      variants: [],
      arrivals: '',
      seed: 0,
      headers: [],
    })
  })

  test('null leaves the zero value', () => {
    expect(parse({ qps: null, payload: null, grpc: null })).toMatchObject({
      qps: 0,
      payload: '',
      grpc: false,
    })
    expect(() => parseTestParameters('null')).toThrow('clientConnections must be')
  })

  test('unknown fields are ignored', () => {
    expect(parse({ other: 1, __proto__: { grpc: true } })).not.toHaveProperty('other')
  })
})

describe('takes', () => {
  test.each([
    { targetEndpoint: 'http://127.0.0.1:3500/v1.0/invoke/app/method/load?a=b&c=%20' },
    { targetEndpoint: 'https://[::1]:3500' },
    { grpc: true, targetEndpoint: 'http://localhost:50001' },
    { grpc: true, targetEndpoint: 'localhost:50001' },
    { grpc: true, targetEndpoint: '[::1]:50001' },
    { dapr: 'capability=pubsub,target=dapr,topic=topic123,contenttype=text/plain,store=' },
    { payload: '-qps 7; $(reboot) \0 "quoted" 你好' },
    { payloadSizeKB: 1024, stdClient: true, jitter: true },
    { targetEndpoint: '', variants: [variant('A'), variant('B')], arrivals: 'uniform' },
    {
      targetEndpoint: '',
      grpc: true,
      variants: [variant('A', '[::1]:1'), variant('B', 'b:1')],
      arrivals: 'bursts',
    },
    { arrivals: 'poisson', seed: 2 ** 48 },
    { arrivals: 'poisson', headers: [{ 'dapr-api-token': 'of=all, kinds: ~' }] },
    {
      targetEndpoint: '',
      variants: [variant('A'), variant('B')],
      arrivals: 'uniform',
      headers: [{}, { authorization: 'Bearer a' }],
    },
  ])('%j', (fields) => {
    expect(parse(fields)).toMatchObject(fields)
  })
})

const duration = 'testDuration must be a duration above zero, such as 30s or 1m30s'
const url = 'targetEndpoint must be an http:// or https:// URL'
const urlOrHost = 'targetEndpoint must be an http://, https:// or redis:// URL, or host:port'
const variants = 'variants must be empty, or two or more { name, targetEndpoint, dapr }, as a load has them'
const unfit = (list: unknown): [object, string] => [
  { targetEndpoint: '', arrivals: 'bursts', variants: list },
  `${variants}, not ${shown(list)}`,
]
const shown = (value: unknown) => JSON.stringify(value).replace(/^(.{100}).+$/, '$1…')
const dapr = 'dapr must be key=value[,key=value...] or empty'

describe('refuses', () => {
  test.each<[object, string]>([
    [{ qps: -1 }, 'qps must be an integer of 0 or more, not -1'],
    unfit([variant('A')]),
    unfit([variant('A'), variant('')]),
    unfit([variant('A'), variant('B', 'host:1')]),
    [{ variants: 'A,B' }, `${variants}, not "A,B"`],
    [
      { arrivals: 'bursts', variants: [variant('A'), variant('B')] },
      'targetEndpoint must be empty, since the variants have their own, not "http://127.0.0.1/"',
    ],
    [
      { targetEndpoint: '', variants: [variant('A'), variant('B')] },
      'arrivals must be uniform, poisson or bursts, since there are variants, not ""',
    ],
    [{ arrivals: 'random' }, 'arrivals must be uniform, poisson, bursts or empty, not "random"'],
    [{ arrivals: 'poisson', seed: -1 }, 'seed must be an integer of 0 or more, not -1'],
    [{ qps: 1.5 }, 'qps must be an integer of 0 or more, not 1.5'],
    [{ qps: '1' }, 'qps must be an integer of 0 or more, not "1"'],
    [{ qps: 1e300 }, 'qps must be an integer of 0 or more, not 1e+300'],
    [{ clientConnections: 0 }, 'clientConnections must be an integer of 1 or more, not 0'],
    [{ clientConnections: undefined }, 'clientConnections must be an integer of 1 or more, not 0'],
    [{ testDuration: '' }, `${duration}, not ""`],
    [{ testDuration: '0s' }, `${duration}, not "0s"`],
    [{ testDuration: '-1s' }, `${duration}, not "-1s"`],
    [{ testDuration: '1 day' }, `${duration}, not "1 day"`],
    [{ testDuration: 10 }, `${duration}, not 10`],
    [{ targetEndpoint: '' }, `${url}, not ""`],
    [{ targetEndpoint: '-curl' }, `${url}, not "-curl"`],
    [{ targetEndpoint: 'localhost:3000' }, `${url}, not "localhost:3000"`],
    [{ targetEndpoint: 'tcp://localhost:3000' }, `${url}, not "tcp://localhost:3000"`],
    [{ targetEndpoint: 'http://' }, `${url}, not "http://"`],
    [{ targetEndpoint: 'http://a b/' }, `${url}, not "http://a b/"`],
    [{ targetEndpoint: 'http://a/\0' }, `${url}, not "http://a/\\u0000"`],
    [{ grpc: true, targetEndpoint: '-c:1' }, `${urlOrHost}, not "-c:1"`],
    [{ grpc: true, targetEndpoint: 'localhost' }, `${urlOrHost}, not "localhost"`],
    [{ grpc: true, targetEndpoint: 'redis://-x y' }, `${urlOrHost}, not "redis://-x y"`],
    [{ targetEndpoint: 'redis://localhost' }, `${url}, not "redis://localhost"`],
    [{ payloadSizeKB: -1 }, 'payloadSizeKB must be an integer of 0 or more, not -1'],
    [{ payload: {} }, 'payload must be a string, not {}'],
    [{ stdClient: 1 }, 'stdClient must be true or false, not 1'],
    [{ grpc: 'yes' }, 'grpc must be true or false, not "yes"'],
    [{ jitter: 'on' }, 'jitter must be true or false, not "on"'],
    [{ httpBufferKB: '1' }, 'httpBufferKB must be an integer of 0 or more, not "1"'],
    [{ dapr: 'capability' }, `${dapr}, not "capability"`],
    [{ dapr: 'a=b,' }, `${dapr}, not "a=b,"`],
    [{ dapr: 'a=b\0' }, `${dapr}, not "a=b\\u0000"`],
  ])('%j', (fields, message) => {
    expect(() => parse(fields)).toThrow(new InvalidLoadError(message))
  })

  test('all the wrong fields at once', () => {
    expect(() => parse({ qps: -1.5, targetEndpoint: 'x', grpc: 7 })).toThrow(
      'error parsing test params: qps must be an integer of 0 or more, not -1.5; ' +
        `${url}, not "x"; grpc must be true or false, not 7`,
    )
  })

  test('a long value in a short message', () => {
    expect(() => parse({ targetEndpoint: 'x'.repeat(1000) })).toThrow(/not "x{99}…$/)
  })

  test.each(['', '{', '[]', '5', '"text"'])('the body %s', (json) => {
    expect(() => parseTestParameters(json)).toThrow(/^error parsing test params: ./)
  })
})

describe('refuses headers without showing them', () => {
  const arrivals = 'uniform'
  const fitting = [{ 'dapr-api-token': 's3cret' }]
  test.each<[object, string]>([
    [{ arrivals, headers: { 'dapr-api-token': 's3cret' } }, 'headers must be a list of { NAME: VALUE }'],
    [
      { arrivals, headers: [{ 'dapr-api-token': 's3cret\r\nx: y' }] },
      'headers must be a list of { NAME: VALUE }',
    ],
    [{ arrivals, headers: [{ 's3cret name': 'x' }] }, 'headers must be a list of { NAME: VALUE }'],
    [{ arrivals, headers: [...fitting, ...fitting] }, 'headers must be those of 1 targets, not of 2'],
    [
      { targetEndpoint: '', variants: [variant('A'), variant('B')], arrivals, headers: fitting },
      'headers must be those of 2 targets, not of 1',
    ],
    [{ headers: fitting }, 'headers need arrivals'],
  ])('%#', (fields, expected) => {
    expect(() => parse(fields)).toThrow(expected)
    expect(() => parse(fields)).not.toThrow('s3cret')
  })
})
