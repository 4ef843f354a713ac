import crypto from 'node:crypto'
import { once } from 'node:events'
import { syncBuiltinESMExports } from 'node:module'
import { createServer } from 'node:net'
import { afterAll, afterEach, expect, it, type MockInstance, vi } from 'vitest'
import { Ports } from '../../src/process/ports.js'

const random = vi.spyOn(crypto, 'randomInt') as unknown as MockInstance<() => number>
syncBuiltinESMExports()
afterAll(() => {
  random.mockRestore()
  syncBuiltinESMExports()
})

afterEach(() => {
  random.mockReset()
})

/** The numbers that are drawn next. */
const drawn = (...numbers: number[]) => {
  for (const number of numbers) random.mockReturnValueOnce(number)
}

/** A port of this machine that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

it('a port that a run holds is not given to another, in this process or another one, until it is given back', async () => {
  const [first, second] = [await freePort(), await freePort()]
  using other = new Ports()
  {
    using ports = new Ports()
    drawn(first, first, second)
    expect(await ports.reserve()).toBe(first)
    expect(await other.reserve()).toBe(second)
  }
  drawn(first)
  expect(await other.reserve()).toBe(first)
})

it('a port on which somebody listens is not given', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: taken } = server.address() as { port: number }
  using ports = new Ports()
  const free = await freePort()
  drawn(taken, free)
  expect(await ports.reserve()).toBe(free)
  server.close()
})

it('says where it looked, and why it found none, if no port is free', async () => {
  const port = await freePort()
  using other = new Ports()
  using ports = new Ports()
  random.mockReturnValue(port)
  await other.reserve()
  await expect(ports.reserve()).rejects.toThrow(
    `no free port from 20000 to 32000 on 127.0.0.1 in 200 attempts: bind EADDRINUSE 127.0.0.1:${port}`,
  )
})
