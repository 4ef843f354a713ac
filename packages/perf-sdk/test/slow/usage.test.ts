import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { measureUsageOf } from '../../src/process/usage.js'

/** Burns 0.3 s of CPU while it holds 64 MiB, says so, and ends when its input does. */
const worker = `
  const held = Buffer.alloc(64 * 2 ** 20, 1)
  while (process.cpuUsage().user < 300_000);
  process.send('worked')
  process.once('message', () => process.exit(held.length === 0 ? 1 : 0))
`
/** Starts such a worker, and tells of its end. */
const parent = `
  const { fork } = require('node:child_process')
  process.once('message', () => {
    const child = fork(process.argv[1])
    child.on('message', (text) => process.send(text))
    process.on('message', () => child.send('end'))
    child.on('exit', () => process.send('ended'))
  })
`

it.runIf(process.platform === 'linux')(
  'what a process starts is counted with it, while it runs and after it has ended',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dapr-perf-usage-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const program = join(folder, 'worker.cjs')
    writeFileSync(program, worker)
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const
    const child = spawn(process.execPath, ['-e', parent, program], { stdio: [...stdio] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const pid = child.pid as number
    const stop = await measureUsageOf([pid])
    child.send('start')
    expect(await once(child, 'message')).toContain('worked')
    const stopEarly = await measureUsageOf([pid])
    expect((await stopEarly()).get(pid)?.peakAnonymousBytes).toBeGreaterThan(64 * 2 ** 20)
    child.send('end')
    expect(await once(child, 'message')).toContain('ended')
    const usage = (await stop()).get(pid)
    expect(usage?.cpuSeconds).toBeGreaterThanOrEqual(0.28)
  },
)
