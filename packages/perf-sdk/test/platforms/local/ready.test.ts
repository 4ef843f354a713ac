import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { untilHealthy, untilListening } from '../../../src/platforms/local/ready.js'

const portOfNobody = 1
const soon = () => AbortSignal.timeout(1_000)

it('what never listens says why it could not be reached', async () => {
  await expect(untilListening(portOfNobody, soon())).rejects.toThrow('connect ECONNREFUSED 127.0.0.1:1')
})

it('what is never healthy says what it answers', async () => {
  const server = createServer((_, response) => response.writeHead(500).end()).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/healthz`
  await expect(untilHealthy(url, soon())).rejects.toThrow(`${url} answers 500`)
})
