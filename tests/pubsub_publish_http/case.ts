import { checkPublished, TestRunner, target, testapp, tester } from 'perf-sdk'

const pubsub = 'inmemorypubsub'

export default new TestRunner({
  description: "publishing an event over HTTP, against an app's plain answer",
  components: [{ name: pubsub, typeName: 'pubsub.in-memory' }],
  apps: [testapp(), tester()],
  params: { qps: 1000, connections: 16, duration: '1m', payloadSize: 100 },

  targets: {
    baseline: target.app('testapp', '/test'),
    dapr: target.publish(pubsub, 'topic123'),
  },

  verify: checkPublished,
})
