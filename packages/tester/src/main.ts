import { allAddresses } from '@dapr-perf/listen-address'
import { buildServer } from './server.js'

const { PORT, HOST, TESTER_TOKEN, SUBSCRIBE_PUBSUB, SUBSCRIBE_TOPIC } = process.env

const port = Number(PORT || 3001)
if (!Number.isInteger(port) || port < 0 || port > 65535) {
  console.error(`PORT=${PORT}: expected a port number, for example PORT=3001`)
  process.exit(2)
}
if (Boolean(SUBSCRIBE_PUBSUB) !== Boolean(SUBSCRIBE_TOPIC)) {
  console.error(
    'SUBSCRIBE_PUBSUB and SUBSCRIBE_TOPIC: expected both, for example pubsub and orders, or neither',
  )
  process.exit(2)
}
const subscription =
  SUBSCRIBE_PUBSUB && SUBSCRIBE_TOPIC ? { pubsubname: SUBSCRIBE_PUBSUB, topic: SUBSCRIBE_TOPIC } : undefined
const app = buildServer({ token: TESTER_TOKEN, subscription, logger: true })

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  // Not `once`: without our listener, execa's cleanup would end the process while it is closing.
  process.on(signal, () => app.close())
}

app.log.info({ node: process.versions.node }, 'starting')

async function listen() {
  await app.listen({ port, host: HOST || (await allAddresses()) })
}

listen().catch((error: Error) => {
  app.log.fatal(error)
  process.exitCode = 1
})
