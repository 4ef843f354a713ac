import { expect, it } from 'vitest'
import { Cli, projectOf, readResult, temporaryFolder } from '../cli.js'

const text = String.raw`
import { checkPublished, checkStoredValue, compare, measure, saveState, TestRunner, target, testapp, tester } from 'perf-sdk'

const key = 'user/1,a=b ü\n%'
const topic = 'orders/+/#? ,"'
const grpc = { protocol: 'grpc' } as const

export default new TestRunner({
  description: 'names that have to be encoded, and a large value',
  components: [
    { name: 'state', typeName: 'state' },
    { name: 'pubsub', typeName: 'pubsub.in-memory' },
  ],
  apps: [testapp({ daprEnabled: true }), tester()],
  params: { qps: 20, connections: 2, duration: '1s', payloadSize: 10 },
  prepare: (test) => saveState(test, 'state', key, { b: 'a<b & "c" – 😀' + 'x'.repeat(200_000), a: null }),
  async test(test) {
    const measurement = await measure(test, {
      http: target.state('state', key),
      grpc: target.state('state', key, grpc),
      path: target.invoke('testapp', 'test?q=a b#%'),
      publishHTTP: target.publish('pubsub', topic),
      publishGRPC: target.publish('pubsub', topic + '2', grpc),
    })
    return compare(measurement, [checkStoredValue(measurement, 'http'), ...(await checkPublished(test, measurement))])
  },
})
`

it('keys, topics and paths reach Dapr whatever is in them, and a large value comes back whole', async () => {
  const out = temporaryFolder()
  const cli = new Cli(['run', 'odd', '--out', out], undefined, { cwd: projectOf('odd', text) })
  await cli.passed()
  const { checks, variants } = readResult(out, 'odd')
  const ids = checks.map(({ id }: { id: string }) => id)
  expect(ids).toEqual(
    expect.arrayContaining(['http.stored-value', 'publishHTTP.published', 'publishGRPC.published']),
  )
  expect(variants.grpc.outcomes).toMatchObject([{ code: 'OK' }])
  expect(variants.path.outcomes).toMatchObject([{ code: '200' }])
})
