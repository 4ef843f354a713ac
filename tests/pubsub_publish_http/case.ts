import { checkPublish, compare, measure, TestRunner, testapp, tester } from 'perf-sdk'

const pubsub = 'inmemorypubsub'
const topic = 'topic123'

export default new TestRunner({
  description: "publishing an event over HTTP, against an app's plain answer",
  components: [{ name: pubsub, typeName: 'pubsub.in-memory' }],
  apps: [testapp(), tester()],
  params: { qps: 1000, connections: 16, duration: '1m', payloadSize: 100 },

  async test(test) {
    const measurement = await measure(test, {
      baseline: { targetEndpoint: 'http://testapp:3000/test' },
      dapr: { targetEndpoint: `http://127.0.0.1:3500/v1.0/publish/${pubsub}/${topic}` },
    })
    return compare(measurement, [await checkPublish(test, measurement, topic)])
  },
})
