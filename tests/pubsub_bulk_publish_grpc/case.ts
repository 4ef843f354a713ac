import { checkBulkPublish, compare, measure, TestRunner, tester } from 'perf-sdk'

const pubsub = 'inmemorypubsub'
const eventsPerRequest = 10

const publish = (method: 'publish' | 'bulkpublish', topic: string) => ({
  targetEndpoint: 'http://127.0.0.1:50001',
  grpc: true,
  dapr: `capability=pubsub,target=dapr,method=${method},store=${pubsub},topic=${topic},contenttype=text/plain,numevents=${eventsPerRequest}`,
  eventsPerRequest,
})

export default new TestRunner({
  description: 'publishing ten events over gRPC in one call, against ten calls',
  components: [{ name: pubsub, typeName: 'pubsub.in-memory' }],
  apps: [tester({ appEnv: { SUBSCRIBE: `${pubsub}/delivered` } })],
  params: { qps: 100, connections: 16, duration: '1m', payloadSize: 1024 },

  async test(test) {
    const measurement = await measure(test, {
      baseline: publish('publish', 'topic123'),
      dapr: publish('bulkpublish', 'topic123'),
    })
    const delivered = publish('bulkpublish', 'delivered')
    return compare(measurement, await checkBulkPublish(test, measurement, 'topic123', delivered))
  },
})
