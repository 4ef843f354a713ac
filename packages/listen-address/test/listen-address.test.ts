import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { expect, it, onTestFinished } from 'vitest'
import { allAddresses } from '../src/index.js'

const loopbacks = Object.values(networkInterfaces())
  .flat()
  .filter((one) => one?.internal)
  .map((one) => one?.address as string)

it("is reached at each of the machine's addresses, of both families", async () => {
  const server = createServer((socket) => socket.end()).listen(0, await allAddresses())
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  expect(loopbacks).toContain('127.0.0.1')
  for (const address of loopbacks) {
    const socket = connect((server.address() as AddressInfo).port, address)
    await once(socket, 'connect')
    socket.destroy()
  }
})
