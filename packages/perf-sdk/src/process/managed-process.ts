import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { DaprPerfError } from '@dapr-perf/errors'
import { tailOf } from './tail.js'

const gracePeriodMs = 5_000

export interface ProcessOptions {
  /** Its name in messages: `testapp`, `testapp's sidecar`. */
  name: string
  file: string
  args: string[]
  env: NodeJS.ProcessEnv
  /** Its working folder; this process's by default. */
  cwd?: string
  /** For both standard output and standard error. */
  logFile: string
}

/** A process of a run, in its own process group, so that Ctrl+C at the terminal does not reach it. */
export class ManagedProcess {
  readonly name: string
  readonly logFile: string
  /** Resolves to how it ended; never rejects. */
  readonly ended: Promise<string>
  readonly #child: ChildProcess
  #running = true

  private constructor(options: ProcessOptions, child: ChildProcess) {
    this.name = options.name
    this.logFile = options.logFile
    this.#child = child
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(`could not be started: ${error.message}`))
      child.once('exit', (code, signal) =>
        resolve(signal ? `was killed by ${signal}` : `exited with code ${code}`),
      )
    })
    this.ended.then(() => {
      this.#running = false
    })
  }

  static start(options: ProcessOptions): ManagedProcess {
    const log = openSync(options.logFile, 'a')
    try {
      const child = spawn(options.file, options.args, {
        detached: true,
        env: options.env,
        ...(options.cwd && { cwd: options.cwd }),
        stdio: ['ignore', log, log],
      })
      return new ManagedProcess(options, child)
    } finally {
      closeSync(log)
    }
  }

  /** @throws DaprPerfError if it could not be started */
  get pid(): number {
    if (this.#child.pid === undefined) throw new DaprPerfError(`${this.name} could not be started`)
    return this.#child.pid
  }

  /** Whether it could be started; if not, `ended` says why. */
  get exists() {
    return this.#child.pid !== undefined
  }

  /** The last lines that it logged, with a heading, for an error message. */
  lastLines(): string {
    return `Last lines of ${this.logFile}:\n${tailOf(this.logFile) || '  (nothing logged)'}`
  }

  /** Stops its process group: SIGTERM, and SIGKILL after 5 s. */
  async stop(): Promise<void> {
    if (!this.exists) return
    if (this.#running) {
      this.#signalGroup('SIGTERM')
      const timer = setTimeout(() => this.#signalGroup('SIGKILL'), gracePeriodMs)
      await this.ended
      clearTimeout(timer)
    }
    this.#signalGroup('SIGKILL')
  }

  #signalGroup(signal: NodeJS.Signals) {
    try {
      process.kill(-this.pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}
