import { buildServer } from './server.js'

const { PORT, HOST, TESTER_TOKEN, SUBSCRIBE } = process.env

const port = Number(PORT || 3001)
if (!Number.isInteger(port) || port < 0 || port > 65535) {
  console.error(`PORT=${PORT}: expected a port number, for example PORT=3001`)
  process.exit(2)
}
const [pubsubname, topic] = SUBSCRIBE?.split('/') ?? []
if (SUBSCRIBE && !(pubsubname && topic)) {
  console.error(`SUBSCRIBE=${SUBSCRIBE}: expected PUBSUB/TOPIC, for example SUBSCRIBE=pubsub/orders`)
  process.exit(2)
}
const subscription = pubsubname && topic ? { pubsubname, topic } : undefined
const app = buildServer({ token: TESTER_TOKEN, subscription, logger: true })

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  // Not `once`: without a listener of ours execa's clean-up would end the process in the middle of closing.
  process.on(signal, () => app.close())
}

app.listen({ port, host: HOST || '0.0.0.0' }).catch((error: Error) => {
  app.log.fatal(error)
  process.exitCode = 1
})
