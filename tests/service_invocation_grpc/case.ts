import { compare, measure, TestRunner, testapp, tester } from 'perf-sdk'

export default new TestRunner({
  description: 'service invocation over gRPC, through two sidecars, against a direct call of AppCallback',
  apps: [
    testapp({ imageName: 'perf-service_invocation_grpc', appProtocol: 'grpc', daprEnabled: true }),
    tester(),
  ],
  params: { qps: 1000, connections: 16, duration: '1m', payloadSize: 1024 },
  budget: { percentile: 90, addedMs: 2.5 },

  async test(test) {
    const measurement = await measure(test, {
      baseline: {
        targetEndpoint: 'http://testapp:3000',
        grpc: true,
        dapr: 'capability=invoke,target=appcallback,method=load',
      },
      dapr: {
        targetEndpoint: 'http://127.0.0.1:50001',
        grpc: true,
        dapr: 'capability=invoke,target=dapr,method=load,appid=testapp',
      },
    })
    return compare(measurement)
  },
})
