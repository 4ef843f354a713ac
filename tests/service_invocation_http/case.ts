import { acquireAppExternalURL, httpGetNTimes, TestRunner, target, testapp, tester } from 'perf-sdk'

export default new TestRunner({
  description: 'service invocation over HTTP, through two sidecars, against a direct call',
  apps: [testapp({ daprEnabled: true, ingressEnabled: true }), tester()],
  params: { qps: 1000, connections: 16, duration: '1m', payloadSize: 1024 },
  budget: { percentile: 90, addedMs: 2 },

  targets: {
    baseline: target.app('testapp', '/test'),
    dapr: target.invoke('testapp', 'test'),
  },

  async prepare(test) {
    await httpGetNTimes(test, `${await acquireAppExternalURL(test, 'testapp')}/test`, 60)
  },
})
