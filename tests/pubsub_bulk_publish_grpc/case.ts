import { checkDelivered, checkPublished, TestRunner, target, tester } from 'perf-sdk'

const pubsub = 'inmemorypubsub'
const topic = 'topic123'
const delivered = 'delivered'
const events = 10
const inBulk = target.publish(pubsub, topic, { protocol: 'grpc', events, bulk: true })

export default new TestRunner({
  description: 'publishing ten events over gRPC in one call, against ten calls',
  components: [{ name: pubsub, typeName: 'pubsub.in-memory' }],
  apps: [tester({ appEnv: { SUBSCRIBE_PUBSUB: { component: pubsub }, SUBSCRIBE_TOPIC: delivered } })],
  params: { qps: 100, connections: 16, duration: '1m', payloadSize: 1024 },

  targets: {
    baseline: target.publish(pubsub, topic, { protocol: 'grpc', events }),
    dapr: inBulk,
  },

  verify: async (test, measurement) => [
    ...(await checkPublished(test, measurement)),
    await checkDelivered(test, inBulk, delivered),
  ],
})
