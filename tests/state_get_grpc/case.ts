import { saveState, TestRunner, target, tester } from 'perf-sdk'

const store = 'statestore'
const key = 'abc123'

// A response without a value counts as NotFound, not as OK: so the check of the outcomes includes the value.
export default new TestRunner({
  description: "getting a key of a state store over gRPC, against doing nothing, or Redis' own answer",
  components: [{ name: store, typeName: 'state' }],
  apps: [tester()],
  params: { qps: 1000, connections: 16, duration: '1m' },
  budget: { percentile: 90, addedMs: 2 },

  targets: {
    baseline: target.store(store, key, target.noop()),
    dapr: target.state(store, key, { protocol: 'grpc' }),
  },

  prepare: (test) => saveState(test, store, key, 'a value of a few words'),
})
