import { expect, test } from 'vitest'
import { fortioArgs } from '../src/fortio-args.js'
import type { TestParameters } from '../src/test-parameters.js'

const parameters: TestParameters = {
  qps: 1000,
  clientConnections: 16,
  targetEndpoint: 'http://target/',
  testDuration: '1m',
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
}
const variant = (name: string, targetEndpoint: string) => ({ name, targetEndpoint, dapr: `x=${name}` })
const argsOf = (fields: Partial<TestParameters>) =>
  fortioArgs({ ...parameters, ...fields }, { result: 'RESULT', payload: 'PAYLOAD', headers: 'HEADERS' }).join(
    ' ',
  )

const KiB = 1024
const begin = 'load -json RESULT -r 0.00002 -qps 1000 -c 16 -t 1m'
const ownLoop = begin.replace(' -r 0.00002', '')
const text = (bytes: number) => 'x'.repeat(bytes)

test.each<[string, Partial<TestParameters>, string]>([
  ['no payload', {}, `${begin} -payload-size 0 http://target/`],
  ['a payload size', { payloadSizeKB: 1024 }, `${begin} -payload-size 1024 http://target/`],
  ['256 KiB', { payloadSizeKB: 256 * KiB }, `${begin} -payload-size 262144 http://target/`],
  [
    'more than 256 KiB',
    { payloadSizeKB: 256 * KiB + 1 },
    `${begin} -payload-size 262145 -maxpayloadsizekb 257 http://target/`,
  ],
  [
    'a payload, which goes before a size',
    { payload: '{}', payloadSizeKB: 9 },
    `${begin} -content-type application/json -payload {} http://target/`,
  ],
  [
    'a payload that just fits an argument',
    { payload: text(128 * KiB - 1) },
    `${begin} -content-type application/json -payload ${text(128 * KiB - 1)} http://target/`,
  ],
  [
    'a payload too large for an argument',
    { payload: text(128 * KiB) },
    `${begin} -content-type application/json -payload-file PAYLOAD http://target/`,
  ],
  [
    'a payload too large in bytes',
    { payload: '你'.repeat(100 * KiB) },
    `${begin} -content-type application/json -payload-file PAYLOAD -maxpayloadsizekb 300 http://target/`,
  ],
  [
    'a payload with a NUL',
    { payload: 'a\0b' },
    `${begin} -content-type application/json -payload-file PAYLOAD http://target/`,
  ],
  ['the standard client', { stdClient: true }, `${begin} -payload-size 0 -stdclient http://target/`],
  [
    'gRPC of Dapr',
    { grpc: true, dapr: 'capability=invoke,target=dapr,method=target,appid=noop' },
    `${begin} -payload-size 0 -grpc -dapr capability=invoke,target=dapr,method=target,appid=noop http://target/`,
  ],
  [
    'doing nothing, which needs finer buckets',
    { grpc: true, dapr: 'capability=state,target=noop' },
    `${begin.replace('0.00002', '0.0000001')} -payload-size 0 -grpc -dapr capability=state,target=noop http://target/`,
  ],
  ['large responses', { httpBufferKB: 500 }, `${begin} -payload-size 0 -httpbufferkb 500 http://target/`],
  [
    'several targets in one load',
    {
      grpc: true,
      targetEndpoint: '',
      arrivals: 'uniform',
      seed: 5,
      variants: [variant('A', 'a:1'), variant('B', 'b:1')],
    },
    `${ownLoop} -payload-size 0 -grpc -arrivals uniform -seed 5 -variants ` +
      '[{"name":"A","url":"a:1","dapr":"x=A"},{"name":"B","url":"b:1","dapr":"x=B"}]',
  ],
  [
    'headers, which no argument shows',
    { arrivals: 'bursts', headers: [{ 'dapr-api-token': 's3cret' }] },
    `${ownLoop} -payload-size 0 -headers HEADERS -arrivals bursts -seed 0 http://target/`,
  ],
  [
    'arrivals, which our own loop makes, with fine buckets of its own',
    { arrivals: 'poisson', seed: 7, grpc: true, dapr: 'a=b' },
    `${ownLoop} -payload-size 0 -grpc -arrivals poisson -seed 7 -dapr a=b http://target/`,
  ],
  ['jitter', { jitter: true }, `${begin} -payload-size 0 -jitter http://target/`],
])('%s', (_name, fields, args) => {
  expect(argsOf(fields)).toBe(args)
})
