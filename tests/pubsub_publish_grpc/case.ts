import { checkPublished, TestRunner, target, tester } from 'perf-sdk'

const pubsub = 'inmemorypubsub'

export default new TestRunner({
  description: 'publishing an event over gRPC, against doing nothing',
  components: [{ name: pubsub, typeName: 'pubsub.in-memory' }],
  apps: [tester()],
  params: { qps: 1000, connections: 16, duration: '1m', payloadSize: 100 },
  budget: { percentile: 90, addedMs: 2 },

  targets: {
    baseline: target.noop(),
    dapr: target.publish(pubsub, 'topic123', { protocol: 'grpc' }),
  },

  verify: checkPublished,
})
