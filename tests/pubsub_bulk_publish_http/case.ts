import { checkBulkPublish, compare, measure, TestRunner, tester } from 'perf-sdk'

const pubsub = 'inmemorypubsub'
const eventsPerRequest = 10
const sidecar = 'http://127.0.0.1:3500'

export default new TestRunner({
  description: 'publishing events over HTTP ten at a time, against one at a time',
  components: [{ name: pubsub, typeName: 'pubsub.in-memory' }],
  apps: [tester({ appEnv: { SUBSCRIBE: `${pubsub}/delivered` } })],
  params: { qps: 100, connections: 16, duration: '1m', payloadSize: 1024 },

  async test(test) {
    const { payload, payloadSize, qps } = test.params
    const event = payload || 'x'.repeat(payloadSize)
    const entries = Array.from({ length: eventsPerRequest }, (_, entryId) => ({
      entryId: String(entryId),
      event,
      contentType: 'application/json',
    }))
    const bulk = (topic: string) => ({
      targetEndpoint: `${sidecar}/v1.0-alpha1/publish/bulk/${pubsub}/${topic}`,
      payload: JSON.stringify(entries),
    })

    const measurement = await measure(test, {
      baseline: {
        targetEndpoint: `${sidecar}/v1.0/publish/${pubsub}/topic123`,
        payload: JSON.stringify(event),
        qps: qps * eventsPerRequest,
      },
      dapr: { ...bulk('topic123'), eventsPerRequest },
    })
    return compare(measurement, await checkBulkPublish(test, measurement, 'topic123', bulk('delivered')))
  },
})
