import { compare, measure, TestRunner } from 'perf-sdk'

const healthChecks = 60

const resources = {
  daprCPULimit: '4.0',
  daprCPURequest: '0.1',
  daprMemoryLimit: '512Mi',
  daprMemoryRequest: '250Mi',
  appCPULimit: '4.0',
  appCPURequest: '0.1',
  appMemoryLimit: '800Mi',
  appMemoryRequest: '250Mi',
}

export default new TestRunner({
  description: 'service invocation over HTTP, through two sidecars, against a direct call',
  apps: [
    {
      appName: 'testapp',
      imageName: 'perf-service_invocation_http',
      daprEnabled: true,
      ingressEnabled: true,
      labels: { daprtest: 'service-invocation-http-testapp' },
      ...resources,
    },
    {
      appName: 'tester',
      imageName: 'perf-tester',
      appPort: 3001,
      daprEnabled: true,
      ingressEnabled: true,
      labels: { daprtest: 'service-invocation-http-tester' },
      podAffinityLabels: { daprtest: 'service-invocation-http-testapp' },
      ...resources,
    },
  ],
  params: { qps: 1000, connections: 16, duration: '1m', payloadSize: 1024 },
  budget: { percentile: 90, addedMs: 2 },

  async test(test) {
    await test.httpGetNTimes(`${await test.acquireAppExternalURL('testapp')}/test`, healthChecks)
    await test.httpGetNTimes(await test.acquireAppExternalURL('tester'), healthChecks)

    const measurement = await measure(test, {
      baseline: { targetEndpoint: 'http://testapp:3000/test' },
      dapr: { targetEndpoint: 'http://127.0.0.1:3500/v1.0/invoke/testapp/method/test' },
    })
    return compare(measurement)
  },
})
