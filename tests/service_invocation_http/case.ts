import { compare, measure, TestRunner, testapp, tester } from 'perf-sdk'

const healthChecks = 60

export default new TestRunner({
  description: 'service invocation over HTTP, through two sidecars, against a direct call',
  apps: [testapp({ daprEnabled: true, ingressEnabled: true }), tester()],
  params: { qps: 1000, connections: 16, duration: '1m', payloadSize: 1024 },
  budget: { percentile: 90, addedMs: 2 },

  async test(test) {
    await test.httpGetNTimes(`${await test.acquireAppExternalURL('testapp')}/test`, healthChecks)

    const measurement = await measure(test, {
      baseline: { targetEndpoint: 'http://testapp:3000/test' },
      dapr: { targetEndpoint: 'http://127.0.0.1:3500/v1.0/invoke/testapp/method/test' },
    })
    return compare(measurement)
  },
})
