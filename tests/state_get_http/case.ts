import { checkStoredValue, saveState, TestRunner, target, testapp, tester } from 'perf-sdk'

const store = 'statestore'
const key = 'abc123'

export default new TestRunner({
  description: "getting a key of a state store over HTTP, against an app's plain answer, or Redis' own",
  components: [{ name: store, typeName: 'state' }],
  apps: [testapp(), tester()],
  params: { qps: 1000, connections: 16, duration: '1m' },
  budget: { percentile: 90, addedMs: 2 },

  targets: {
    baseline: target.store(store, key, target.app('testapp', '/test')),
    dapr: target.state(store, key),
  },

  prepare: (test) => saveState(test, store, key, 'a value of a few words'),
  verify: (_, measurement) => [checkStoredValue(measurement)],
})
