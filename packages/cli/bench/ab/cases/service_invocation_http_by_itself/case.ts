import { compare, measure, TestRunner, target, testapp, tester } from 'perf-sdk'

export default new TestRunner({
  description: 'service invocation over HTTP, each variant in a load of its own',
  apps: [testapp({ daprEnabled: true }), tester()],
  params: { qps: 1000, connections: 16, duration: '6s', payloadSize: 1024 },
  async test(test) {
    return compare(await measure(test, { dapr: target.invoke('testapp', 'test') }))
  },
})
