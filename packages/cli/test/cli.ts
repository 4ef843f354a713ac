import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Check } from 'perf-sdk'
import { onTestFinished } from 'vitest'

export const root = join(import.meta.dirname, '../../..')
export const program = join(root, 'packages/cli/bin/dapr-perf.js')

/** A folder for one test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dapr-perf-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A project of one case: a copy under another name. */
export function copiedCase(name: string, edit = (text: string) => text): string {
  return projectOf(name, edit(readFileSync(join(root, 'tests/service_invocation_http/case.ts'), 'utf8')))
}

/** A project of one case. @returns its folder */
export function projectOf(name: string, text: string): string {
  const project = temporaryFolder()
  mkdirSync(join(project, 'tests', name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'))
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(project, 'tests', name, 'case.ts'), text)
  return project
}

/** The result.json of a case in the newest run. */
export function readResult(out: string, name: string) {
  return JSON.parse(readFileSync(join(out, 'latest', name, 'result.json'), 'utf8'))
}

/**
 * The checks that are not met, but for what a busy machine may do, which isn't what these tests are about: miss the target
 * rate, or send late.
 */
export function failedChecks({ checks }: { checks: Check[] }): Check[] {
  return checks.filter(({ passed, id }) => !passed && !/\.(rate|late|generator)$/.test(id))
}

/** The names of this project's cases. */
export const caseNames = readdirSync(join(root, 'tests')).filter((name) =>
  existsSync(join(root, 'tests', name, 'case.ts')),
)

/** The command at work. Every process of its run can be found by the folder where the run is recorded. */
export class Cli {
  stdout = ''
  stderr = ''
  readonly ended: Promise<number | null>
  readonly #child: ChildProcess

  constructor(
    args: string[],
    readonly stateFolder = temporaryFolder(),
    { cwd = root, env = {} }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
  ) {
    this.#child = spawn(process.execPath, [program, ...args], {
      cwd,
      env: { ...process.env, NO_COLOR: '1', ...env, XDG_STATE_HOME: stateFolder },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child.stdout?.on('data', (text) => {
      this.stdout += text
    })
    this.#child.stderr?.on('data', (text) => {
      this.stderr += text
    })
    this.ended = once(this.#child, 'close').then(([code]) => code)
    onTestFinished(() => {
      this.kill('SIGKILL')
      for (const { pid } of this.processes()) kill(pid)
    })
  }

  kill(signal: NodeJS.Signals) {
    this.#child.kill(signal)
  }

  /** As when its terminal is closed: nobody reads what it prints. */
  hangUp() {
    this.#child.stdout?.destroy()
    this.#child.stderr?.destroy()
    this.kill('SIGHUP')
  }

  /**
   * Waits for the end of a run that has to pass. A busy machine may miss the target rate or send late, which a run then
   * reports; it isn't what these tests are about.
   *
   * @throws Error where anything else failed
   */
  async passed(): Promise<void> {
    const code = await this.ended
    const failed = this.stdout.split('\n').filter((line) => line.startsWith('✗'))
    const isOfBusyMachine = (line: string) => /sent in time|sent late|load generator itself/.test(line)
    const hasFailed = code === 1 || code === 3
    if (code === 0 || (hasFailed && failed.length > 0 && failed.every(isOfBusyMachine))) return
    throw new Error(`exit code ${code}\n${this.stdout}\n${this.stderr}`)
  }

  /** Waits until it has printed the text to standard error, from a position on. */
  async printed(text: string, from = 0): Promise<void> {
    while (!this.stderr.includes(text, from)) {
      const end = await Promise.race([once(this.#child.stderr as NodeJS.ReadableStream, 'data'), this.ended])
      if (!Array.isArray(end))
        throw new Error(`it ended with ${end} before it printed "${text}":\n${this.stderr}`)
    }
  }

  /** What runs of its run, itself apart. */
  processes(): { pid: number; command: string }[] {
    const assignment = `XDG_STATE_HOME=${this.stateFolder}`
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== this.#child.pid)
      .filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(assignment))
      .map((pid) => ({ pid: Number(pid), command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ') }))
  }

  /** The pid of the one process of its run whose command line has all the words. */
  pidOf(...words: string[]): number {
    const found = this.processes().filter(({ command }) => words.every((word) => command.includes(word)))
    if (found.length !== 1)
      throw new Error(`${found.length} processes have ${words}: ${JSON.stringify(found)}`)
    return (found[0] as { pid: number }).pid
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function kill(pid: number) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it has ended by itself
  }
}
