import { isIPv6 } from 'node:net'
import { promisify } from 'node:util'
import { allAddresses } from '@dapr-perf/listen-address'
import { ServerCredentials } from '@grpc/grpc-js'
import { buildServer } from './server.js'

const port = Number(process.env.PORT || 3000)
if (!Number.isInteger(port) || port < 0 || port > 65535) {
  console.error(`PORT=${process.env.PORT}: expected a port number, for example PORT=3000`)
  process.exit(2)
}

console.log(JSON.stringify({ node: process.versions.node }))
const server = buildServer()
// grpc-js 1.14 doesn't close its connections if channelz is off.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0))

async function listen() {
  const host = process.env.HOST || (await allAddresses())
  const address = `${isIPv6(host) ? `[${host}]` : host}:${port}`
  await promisify(server.bindAsync.bind(server))(address, ServerCredentials.createInsecure())
}

listen().catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
