import { TestRunner, target, testapp, tester } from 'perf-sdk'

export default new TestRunner({
  description: 'service invocation over gRPC, through two sidecars, against a direct call of AppCallback',
  apps: [testapp({ imageName: 'perf-service_invocation_grpc', daprEnabled: true }), tester()],
  params: { qps: 1000, connections: 16, duration: '1m', payloadSize: 1024 },
  budget: { percentile: 90, addedMs: 2.5 },

  targets: {
    baseline: target.app('testapp', 'load', { protocol: 'grpc' }),
    dapr: target.invoke('testapp', 'load', { protocol: 'grpc' }),
  },
})
