import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { generatedPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import { WebSocket } from 'undici'
import { expect, it, onTestFinished } from 'vitest'
import { root } from '../cli.js'

const caseFile = join(root, 'tests/service_invocation_http/case.ts')

it('turbo runs a case, hands DAPR_PERF_QPS on, and measures again the second time', () => {
  const runs = [1, 2].map(() => {
    const { stderr, stdout } = spawnSync('npx', ['turbo', 'test-perf-service_invocation_http'], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, DAPR_PERF_QPS: '23', DAPR_PERF_CONNECTIONS: '1', DAPR_TEST_DURATION: '1s' },
    })
    // Not latest: other tests run cases there, too.
    const [, run = ''] = /results in \S*?([\w-]+)\/service_invocation_http/.exec(stdout) ?? []
    expect(run, stdout + stderr).not.toBe('')
    const file = join(root, 'results', run, 'service_invocation_http/result.json')
    const result = JSON.parse(readFileSync(file, 'utf8'))
    expect(result.params.qps).toBe(23)
    return result.run
  })
  expect(runs[0]).not.toBe(runs[1])
})

it('the launch configuration stops at a breakpoint in a case', async () => {
  const { configurations } = JSON.parse(readFileSync(join(root, '.vscode/launch.json'), 'utf8'))
  const { program, args, cwd } = JSON.parse(
    JSON.stringify(configurations[0])
      .replaceAll(/\$\{workspaceFolder\}/g, root)
      .replaceAll(/\$\{fileDirnameBasename\}/g, 'service_invocation_http'),
  )
  const child = spawn(process.execPath, ['--inspect-brk=127.0.0.1:0', program, ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const debug = await Debugger.attach(child.stderr)

  const loaded = debug.event(
    (method, params) =>
      method === 'Debugger.scriptParsed' && params.url.includes('service_invocation_http/case.ts'),
  )
  await debug.send('Debugger.enable')
  await debug.send('Runtime.enable')
  await debug.send('Debugger.setPauseOnExceptions', { state: 'none' })
  const paused = () => debug.event((method) => method === 'Debugger.paused')
  const atStart = paused()
  await debug.send('Runtime.runIfWaitingForDebugger')
  await atStart
  await debug.send('Debugger.resume')

  // As an editor does it: the line of the source, through the source map, is a place in what runs.
  const script = await loaded
  const inline = Buffer.from(script.sourceMapURL.split('base64,')[1], 'base64').toString('utf8')
  const map = new TraceMap(inline)
  const line =
    readFileSync(caseFile, 'utf8')
      .split('\n')
      .findIndex((text) => text.includes('await httpGetNTimes')) + 1
  const place = generatedPositionFor(map, { source: map.sources[0] as string, line, column: 4 })
  const hit = paused()
  await debug.send('Debugger.setBreakpoint', {
    location: {
      scriptId: script.scriptId,
      lineNumber: (place.line as number) - 1,
      columnNumber: place.column,
    },
  })
  const { callFrames } = await hit
  expect(callFrames[0].location.scriptId).toBe(script.scriptId)
  expect(callFrames[0].functionName).toBe('prepare')

  const exit = once(child, 'exit')
  debug.detach()
  child.kill('SIGINT')
  expect(await exit).toEqual([130, null])
})

// biome-ignore lint/suspicious/noExplicitAny: the messages of the inspector's protocol
type Message = any

class Debugger {
  #id = 0
  readonly #listeners = new Set<(message: Message) => void>()

  private constructor(private readonly socket: WebSocket) {
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(data)
      for (const listener of this.#listeners) listener(message)
    })
  }

  static async attach(stderr: NodeJS.ReadableStream): Promise<Debugger> {
    let text = ''
    while (!/ws:\S+/.test(text)) text += (await once(stderr, 'data'))[0]
    const socket = new WebSocket((/ws:\S+/.exec(text) as RegExpExecArray)[0])
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }))
    return new Debugger(socket)
  }

  /** What is paused goes on; without this, Node.js waits at its end for the debugger to leave. */
  detach() {
    this.socket.close()
  }

  send(method: string, params = {}): Promise<Message> {
    const id = ++this.#id
    const answer = this.#first((message) => message.id === id)
    this.socket.send(JSON.stringify({ id, method, params }))
    return answer.then(({ result }) => result)
  }

  event(matches: (method: string, params: Message) => boolean): Promise<Message> {
    return this.#first(({ method, params }) => method !== undefined && matches(method, params)).then(
      ({ params }) => params,
    )
  }

  #first(matches: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve) => {
      const listener = (message: Message) => {
        if (!matches(message)) return
        this.#listeners.delete(listener)
        resolve(message)
      }
      this.#listeners.add(listener)
    })
  }
}
