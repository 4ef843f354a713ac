import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { RunningApp } from '../src/platforms/platform.js'

/** Serves on this machine until the test ends. */
export async function serve(handle: RequestListener) {
  const server = createServer(handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** The app tester, running at this URL. */
export const testerAt = (url: string): RunningApp => ({
  name: 'tester',
  appId: 'tester',
  url,
  acquireExternalURL: async () => url,
  lastLines: async () => '',
})
