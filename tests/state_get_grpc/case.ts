import { compare, measure, TestRunner, tester } from 'perf-sdk'

const key = 'abc123'

export default new TestRunner({
  description: "getting a key of a state store over gRPC, against doing nothing, or Redis' own answer",
  stateStore: true,
  apps: [tester()],
  params: { qps: 1000, connections: 16, duration: '1m' },
  budget: { percentile: 90, addedMs: 2 },

  async test(test) {
    const { stateStore } = test
    await stateStore.save(test, key, 'a value of a few words')

    // An answer without a value counts as NotFound, not as OK: so every answer is checked.
    const measurement = await measure(test, {
      baseline: stateStore.direct(key) ?? {
        targetEndpoint: 'http://127.0.0.1:50001',
        grpc: true,
        dapr: 'capability=state,target=noop',
      },
      dapr: {
        targetEndpoint: 'http://127.0.0.1:50001',
        grpc: true,
        dapr: `capability=state,target=dapr,method=get,store=${stateStore.component.name},key=${key}`,
      },
    })
    return compare(measurement)
  },
})
