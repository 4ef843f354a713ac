import { checkStateAnswers, compare, measure, TestRunner, testapp, tester } from 'perf-sdk'

const key = 'abc123'
const value = 'a value of a few words'

export default new TestRunner({
  description: "getting a key of a state store over HTTP, against an app's plain answer, or Redis' own",
  stateStore: true,
  apps: [testapp(), tester()],
  params: { qps: 1000, connections: 16, duration: '1m' },
  budget: { percentile: 90, addedMs: 2 },

  async test(test) {
    const { stateStore } = test
    await stateStore.save(test, key, value)

    const measurement = await measure(test, {
      baseline: stateStore.direct(key) ?? { targetEndpoint: 'http://testapp:3000/test' },
      dapr: { targetEndpoint: `http://127.0.0.1:3500/v1.0/state/${stateStore.component.name}/${key}` },
    })
    return compare(measurement, [checkStateAnswers(measurement, value)])
  },
})
