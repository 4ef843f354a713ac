import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { appDescription } from '../../src/description/app.js'
import { LocalSession } from '../../src/platforms/local/local-session.js'
import type { LocalHost } from '../../src/platforms/resource.js'

const folder = mkdtempSync(join(tmpdir(), 'dapr-perf-session-'))
process.env.XDG_STATE_HOME = join(folder, 'state')
afterAll(() => rmSync(folder, { recursive: true }))

/** A file that a process writes when it is asked to end, as it is not when it is killed. */
const asked = join(folder, 'asked')
const untilAsked = `
process.on('SIGTERM', () => {
  require('node:fs').writeFileSync(${JSON.stringify(asked)}, '')
  process.exit()
})
console.log('ready')
setInterval(() => {}, 1_000_000)
`

it('a variant that is ended twice takes no other process from those that the session ends', async () => {
  mkdirSync(join(folder, 'logs'))
  const daprd = join(folder, 'daprd')
  writeFileSync(daprd, '#!/bin/sh\nexec sleep 1000\n', { mode: 0o700 })
  const session = await LocalSession.open({
    runId: 'ended-twice',
    folder,
    caseFolder: folder,
    report: () => {},
  })
  const deployment = {
    variant: 'a',
    initApps: [],
    apps: [
      appDescription.parse({
        appName: 'own',
        command: [process.execPath, '-e', 'setInterval(() => {}, 1_000_000)'],
        daprEnabled: true,
      }),
    ],
    components: [],
    configuration: {},
    daprd: { path: daprd },
    logs: join(folder, 'logs', 'a'),
    report: () => {},
  }
  const variant = await session.start(deployment, new AbortController().signal)
  const startOther = async ({ startProcess }: LocalHost) =>
    startProcess({ name: 'other', file: process.execPath, args: ['-e', untilAsked] })
  const other = await session.use(
    { name: 'other', local: startOther, kubernetes: () => Promise.reject(new Error('not here')) },
    new AbortController().signal,
  )
  await expect.poll(() => readFileSync(other.logFile, 'utf8')).toBe('ready\n')
  await variant[Symbol.asyncDispose]()
  await variant[Symbol.asyncDispose]()
  expect(existsSync(asked)).toBe(false)
  await session[Symbol.asyncDispose]()
  expect(existsSync(asked)).toBe(true)
})
