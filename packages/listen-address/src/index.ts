import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** The host to listen on for all addresses: `::`, which takes IPv4, too, or `0.0.0.0` on a machine without IPv6. */
export async function allAddresses(): Promise<string> {
  // Without a host, Node makes this choice itself: https://nodejs.org/api/net.html#serverlistenport-host-backlog-callback
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { address } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return address
}
