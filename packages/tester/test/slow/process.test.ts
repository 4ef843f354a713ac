import { on } from 'node:events'
import { readdir } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startTarget } from '../target.js'
import { tempFolder } from '../temp-folder.js'
import { longLoad, shortLoad, testerClient } from '../tester.js'
import { fortiosOf, processGone } from './fortio-processes.js'

const main = fileURLToPath(new URL('../../dist/main.cjs', import.meta.url))
/** Has a process crash when it's told to. */
const crashOnSignal = `data:text/javascript,process.on('SIGUSR2', () => { throw new Error('crash') })`

/** Starts the built tester as a process of its own, with a folder of its own for temporary files. */
async function startProcess(env: NodeJS.ProcessEnv = {}) {
  const folder = await tempFolder()
  const tester = execa('node', ['--import', crashOnSignal, main], {
    env: { HOST: '127.0.0.1', PORT: '0', TMPDIR: folder, ...env },
    reject: false,
  })
  onTestFinished(async () => {
    tester.kill('SIGKILL')
    await tester
  })
  const url = await listeningUrl(tester.stdout)
  return { tester, folder, url, ...testerClient(url) }
}

async function listeningUrl(stdout: NodeJS.ReadableStream): Promise<string> {
  for await (const [line] of on(createInterface(stdout), 'line', { close: ['close'] })) {
    const url = /listening at (http:[^"]+)/.exec(line)?.[1]
    if (url) return url
  }
  throw new Error('the tester did not start')
}

/** Has the tester run a load that only ends when it's stopped. */
async function startLongTest(query = '') {
  const target = await startTarget()
  const process = await startProcess()
  const answer = process.post({ ...longLoad(target.url), payload: 'x'.repeat(200_000) }, { query })
  answer.catch(() => {})
  await target.firstRequest
  const [fortio] = await fortiosOf(process.tester.pid)
  return { ...process, answer, fortio: fortio as number }
}

test('the built tester makes a load', async () => {
  const target = await startTarget()
  const { post, get } = await startProcess()
  expect((await get('/')).status).toBe(200)
  const response = await post(shortLoad(target.url))
  expect(await response.json()).toMatchObject({ RunType: 'HTTP', URL: target.url })
})

test('without HOST it is reached at all addresses, of both families', async () => {
  const { url } = await startProcess({ HOST: '' })
  const loopbacks = Object.values(networkInterfaces()).flatMap((list) => list?.filter((one) => one.internal))
  for (const one of loopbacks) {
    const host = one?.family === 'IPv6' ? `[${one.address}]` : one?.address
    expect((await fetch(`http://${host}:${new URL(url).port}/`)).status).toBe(200)
  }
})

test('TESTER_TOKEN is the token', async () => {
  const { get } = await startProcess({ TESTER_TOKEN: 'a-secret' })
  expect((await get('/test/a')).status).toBe(401)
  expect((await get('/test/a', { headers: { authorization: 'Bearer a-secret' } })).status).toBe(404)
})

test('a port that cannot be listened on ends the process with an error', async () => {
  const { url } = await startProcess()
  const { exitCode, stdout } = await execa('node', [main], {
    env: { HOST: '127.0.0.1', PORT: new URL(url).port },
    reject: false,
  })
  expect(exitCode).toBe(1)
  expect(stdout).toContain('EADDRINUSE')
})

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  test.each(['', '?id=a'])(
    'stops fortio, tells the caller and leaves nothing (POST /test%s)',
    async (query) => {
      const { tester, folder, answer, fortio } = await startLongTest(query)
      expect(await readdir(folder)).toHaveLength(1)
      tester.kill(signal)
      const response = await answer
      expect(response.status).toBe(503)
      expect(await response.text()).toBe(
        'error encountered while running test: stopped, the tester is shutting down',
      )
      expect(await tester).toMatchObject({ exitCode: 0 })
      await processGone(fortio)
      expect(await readdir(folder)).toEqual([])
    },
  )

  test('ends a tester that has nothing to do', async () => {
    const { tester, get } = await startProcess()
    await get('/')
    tester.kill(signal)
    expect(await tester).toMatchObject({ exitCode: 0 })
  })
})

test.each([
  [
    { SUBSCRIBE_TOPIC: 'orders' },
    'SUBSCRIBE_PUBSUB and SUBSCRIBE_TOPIC: expected both, for example pubsub and orders, or neither',
  ],
  [{ PORT: 'http' }, 'PORT=http: expected a port number, for example PORT=3001'],
])('%j is refused at once', async (env, message) => {
  const { exitCode, stderr } = await execa('node', [main], { env, reject: false })
  expect(stderr).toBe(message)
  expect(exitCode).toBe(2)
})

test('a crash stops fortio and leaves nothing', async () => {
  const { tester, folder, answer, fortio } = await startLongTest()
  tester.kill('SIGUSR2')
  await expect(answer).rejects.toThrow()
  expect((await tester).stderr).toContain('Error: crash')
  await processGone(fortio)
  expect(await readdir(folder)).toEqual([])
})
