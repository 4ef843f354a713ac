import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AppClient } from '../client.js'

const built = join(import.meta.dirname, '../../dist/main.cjs')
let folder: string
let child: ChildProcess | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'testapp-grpc-'))
})

afterEach(() => {
  child?.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

/** Starts the program as an image does: its file alone, with no packages near it. */
function start(PORT: string) {
  const main = join(folder, 'main.cjs')
  copyFileSync(built, main)
  child = spawn(process.execPath, [main], {
    cwd: folder,
    env: { ...process.env, PORT, HOST: '127.0.0.1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  return child
}

async function listen() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as { port: number }).port }
}

async function freePort(): Promise<number> {
  const { server, port } = await listen()
  server.close()
  await once(server, 'close')
  return port
}

describe('the program', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 at %s, though a call is open', async (signal) => {
    const port = await freePort()
    const process = start(String(port))
    const client = new AppClient(port)
    await vi.waitFor(async () => expect(await client.call('HealthCheck')).toEqual({}), 10_000)
    const watch = client.watchHealth()
    await once(watch, 'data')
    const broken = once(watch, 'error')
    process.kill(signal)
    expect(await once(process, 'exit')).toEqual([0, null])
    await broken
    client.close()
  })

  it.each(['many', '-1', '70000', '1.5'])('refuses PORT=%s with one clear line', async (port) => {
    const process = start(port)
    const [line] = await once(process.stderr as NodeJS.ReadableStream, 'data')
    expect(String(line)).toBe(`PORT=${port}: expected a port number, for example PORT=3000\n`)
    expect(await once(process, 'exit')).toEqual([2, null])
  })

  it('says that its port is taken, and ends with 1', async () => {
    const { server, port } = await listen()
    const process = start(String(port))
    let errors = ''
    process.stderr?.on('data', (text) => {
      errors += text
    })
    expect(await once(process, 'close')).toEqual([1, null])
    expect(errors).toContain(`address already in use 127.0.0.1:${port}`)
    server.close()
  })
})
