import { allAddresses } from '@dapr-perf/listen-address'
import { buildServer } from './server.js'

const port = Number(process.env.PORT || 3000)
if (!Number.isInteger(port) || port < 0 || port > 65535) {
  console.error(`PORT=${process.env.PORT}: expected a port number, for example PORT=3000`)
  process.exit(2)
}

console.log(JSON.stringify({ node: process.versions.node }))
const app = buildServer()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => app.close())

async function listen() {
  await app.listen({ port, host: process.env.HOST || (await allAddresses()) })
}

listen().catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
