import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { expect, it } from 'vitest'
import { closedConnectionsTo } from '../../src/process/closed-connections.js'
import { serve } from '../local-server.js'

/** Makes requests, one after the other. */
async function requestTimes(times: number, url: string, agent: Agent): Promise<void> {
  for (let done = 0; done < times; done++) {
    const [response] = await once(request(url, { agent }).end(), 'response')
    response.resume()
    await once(response, 'end')
  }
}

it.runIf(process.platform === 'linux')('counts the connections to a port that were closed', async () => {
  const kept = await serve((_, response) => response.end())
  const closing = await serve((_, response) => response.setHeader('Connection', 'close').end())
  const [portOfKept, portOfClosing] = [kept.url, closing.url].map((url) => Number(new URL(url).port))
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  await requestTimes(20, kept.url, agent)
  await requestTimes(20, closing.url, agent)
  const closed = () => closedConnectionsTo([portOfKept, portOfClosing] as [number, number])
  await expect.poll(() => closed()?.get(portOfClosing as number)).toBe(20)
  expect(closed()?.get(portOfKept as number)).toBe(0)
  agent.destroy()
})
