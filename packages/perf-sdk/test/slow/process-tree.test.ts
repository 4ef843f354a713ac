import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { identityOf, isAlive } from '../../src/process/identity.js'
import { ProcessTree } from '../../src/process/process-tree.js'

/** Of a burn, in seconds of CPU time. */
const burnt = 0.3
/** By how much two countings of the same may differ: some ticks of 10 ms, in which the kernel tells user and system time. */
const ticks = 0.06

const folder = mkdtempSync(join(tmpdir(), 'dapr-perf-tree-'))
afterAll(() => rmSync(folder, { recursive: true }))
const burnFile = join(folder, 'burn.cjs')
writeFileSync(
  burnFile,
  `while (process.cpuUsage().user < ${burnt} * 1e6) for (let turn = 0; turn < 1e6; turn++);`,
)

/** Answers each line of its input by its parent, and the CPU time that it has used. */
const worker = `
  const { Worker } = require('node:worker_threads')
  const burn = \`{ const start = process.cpuUsage(); while (process.cpuUsage(start).user < ${burnt} * 1e6) for (let turn = 0; turn < 1e6; turn++); }\`
  const answer = () => {
    const { user, system } = process.cpuUsage()
    console.log(process.pid, process.ppid, (user + system) / 1e6)
  }
  const does = {
    burn: () => { eval(burn); answer() },
    thread: () => new Worker(burn, { eval: true }).on('exit', answer),
    answer,
  }
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => does[line]())
`
const workerFile = join(folder, 'worker.cjs')
writeFileSync(workerFile, worker)
const node = `'${process.execPath}'`

/** A program that is run by a shell, and is asked by lines of its input. */
class Program {
  readonly pid: number
  readonly #child
  readonly #lines

  constructor(script: string) {
    this.#child = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'], detached: true })
    this.pid = this.#child.pid as number
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
    onTestFinished(() => {
      try {
        process.kill(-this.pid, 'SIGKILL')
      } catch {
        // all of it has ended
      }
    })
  }

  /** The next lines that it prints, after it was told something. */
  async ask(line: string, count = 1): Promise<string[]> {
    this.#child.stdin.write(`${line}\n`)
    const lines: string[] = []
    while (lines.length < count) lines.push((await this.#lines.next()).value)
    return lines
  }

  closeInput(): void {
    this.#child.stdin.end()
  }
}

async function askWorker(program: Program, line: string) {
  const [pid, parent, used] = ((await program.ask(line))[0] as string).split(' ').map(Number)
  return { pid, parent, used } as { pid: number; parent: number; used: number }
}

/** What a tree is counted to use while something is done, between bounds by what the program itself says before and after. */
async function expectCounted(program: Program, used: () => Promise<number>, act: () => Promise<unknown>) {
  const tree = new ProcessTree(program.pid)
  const outerStart = await used()
  const before = await tree.read()
  const innerStart = await used()
  await act()
  const innerEnd = await used()
  const after = await tree.read()
  const outerEnd = await used()
  const seconds = (after?.cpuSeconds as number) - (before?.cpuSeconds as number)
  expect(innerEnd - innerStart).toBeGreaterThan(0.9 * burnt)
  expect(seconds).toBeGreaterThan(innerEnd - innerStart - ticks)
  expect(seconds).toBeLessThan(outerEnd - outerStart + ticks)
  return { seconds, source: after?.cpuSource, tree }
}

describe.runIf(process.platform === 'linux')('the CPU time of a tree has', () => {
  it('that of a program which a script has started, in nanoseconds', async () => {
    const script = new Program(`${node} '${workerFile}'; true`)
    expect((await askWorker(script, 'answer')).parent).toBe(script.pid)
    const used = async () => (await askWorker(script, 'answer')).used
    const { seconds, source } = await expectCounted(script, used, () => script.ask('burn'))
    expect(source).toBe('schedstat')
    expect(Math.round(seconds * 1e9) % 1e7).not.toBe(0) // ticks
  })

  it('that of a thread which has ended', async () => {
    const program = new Program(`exec ${node} '${workerFile}'`)
    const used = async () => (await askWorker(program, 'answer')).used
    await expectCounted(program, used, () => program.ask('thread'))
  })

  it('that of a child which has ended', async () => {
    const shell = new Program('while read -r line; do eval "$line"; done')
    const used = async () => {
      const times = (await shell.ask('times', 2)).join(' ').matchAll(/(\d+)m([\d.]+)s/g)
      return [...times].reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0)
    }
    await expectCounted(shell, used, () => shell.ask(`${node} '${burnFile}'; echo`))
  })

  it('that of a program whose parent has ended, also after its own end', async () => {
    // The inner shell is ended, the outer one goes on.
    const program = new Program(`sh -c "exec 3<&0; ${node} '${workerFile}' <&3 & wait"; sleep 1000`)
    const { pid, parent } = await askWorker(program, 'answer')
    const identity = identityOf(pid)
    expect(parent).not.toBe(program.pid)
    const used = async () => (await askWorker(program, 'answer')).used
    const { seconds, tree } = await expectCounted(program, used, async () => {
      process.kill(parent)
      await vi.waitUntil(async () => (await askWorker(program, 'answer')).parent !== parent)
      await program.ask('burn')
    })
    const before = await tree.read()
    program.closeInput()
    await vi.waitUntil(() => !identity || !isAlive(identity))
    const after = await tree.read()
    expect(after?.cpuSeconds).toBeGreaterThanOrEqual(before?.cpuSeconds as number)
    expect(after?.cpuSeconds).toBeGreaterThan(seconds)
  })
})

it('what has ended keeps what it was counted to use', async () => {
  const program = new Program(`exec ${node} '${workerFile}'`)
  await program.ask('burn')
  const tree = new ProcessTree(program.pid)
  const before = await tree.read()
  program.closeInput()
  await vi.waitUntil(() => !identityOf(program.pid))
  expect(await tree.read()).toEqual(before)
  expect(before?.cpuSeconds).toBeGreaterThan(0.9 * burnt)
  expect(await new ProcessTree(program.pid).read()).toBeUndefined()
})
