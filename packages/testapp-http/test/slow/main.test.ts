import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'

const main = join(import.meta.dirname, '../../dist/main.cjs')
let child: ChildProcess | undefined

afterEach(() => {
  child?.kill('SIGKILL')
})

function start(PORT: string) {
  child = spawn(process.execPath, [main], {
    env: { ...process.env, PORT, HOST: '127.0.0.1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  return child
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

describe('the program', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends with 0 at %s, though a connection is open',
    async (signal) => {
      const port = await freePort()
      const process = start(String(port))
      const url = `http://127.0.0.1:${port}`
      await vi.waitFor(async () => expect((await fetch(`${url}/healthz`)).status).toBe(200), 10_000)
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write('GET /test HTTP/1.1\r\nHost: x\r\n\r\n')
      await once(socket, 'data')
      process.kill(signal)
      expect(await once(process, 'exit')).toEqual([0, null])
      if (!socket.closed) await once(socket, 'close')
    },
  )

  it.each(['many', '-1', '70000', '1.5'])('refuses PORT=%s with one clear line', async (port) => {
    const process = start(port)
    const [line] = await once(process.stderr as NodeJS.ReadableStream, 'data')
    expect(String(line)).toBe(`PORT=${port}: expected a port number, for example PORT=3000\n`)
    expect(await once(process, 'exit')).toEqual([2, null])
  })
})
