import { checkPublish, compare, measure, TestRunner, tester } from 'perf-sdk'

const pubsub = 'inmemorypubsub'
const topic = 'topic123'
const sidecar = { targetEndpoint: 'http://127.0.0.1:50001', grpc: true }

export default new TestRunner({
  description: 'publishing an event over gRPC, against doing nothing',
  components: [{ name: pubsub, typeName: 'pubsub.in-memory' }],
  apps: [tester()],
  params: { qps: 1000, connections: 16, duration: '1m', payloadSize: 100 },
  budget: { percentile: 90, addedMs: 2 },

  async test(test) {
    const publish = `capability=pubsub,target=dapr,method=publish,store=${pubsub},topic=${topic}`
    const measurement = await measure(test, {
      baseline: { ...sidecar, dapr: 'capability=pubsub,target=noop' },
      dapr: { ...sidecar, dapr: `${publish},contenttype=text/plain` },
    })
    return compare(measurement, [await checkPublish(test, measurement, topic)])
  },
})
