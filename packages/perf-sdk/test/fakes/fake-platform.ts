import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Platform, SessionOptions } from '../../src/platforms/platform.js'
import { seedOf } from '../../src/statistics/seed.js'
import { normalGenerator } from '../statistics/random.js'
import { FakeSession } from './fake-session.js'
import { Points } from './points.js'

const cpuSecondsOfRequest = 0.001

/** An app or a sidecar that seems to run. */
export interface FakeProcess {
  requests: number
  cpuSeconds: number
  /** CPU time of a request, in units of the usual one. */
  cost: number
  /** Draws how much a request's CPU time differs. */
  normal(): number
  /** Called if it ends by itself. */
  onDeath(what: string): void
}

interface FakeOptions {
  /** What `restarts` answers; by default nothing can restart. */
  restarts?: number
  /** CPU time of a request in the sidecars of a daprd, by its path, in units of the usual one. */
  cost?: Record<string, number>
}

/**
 * A platform without processes: its apps and sidecars are entries of `running`, which one server on loopback answers for.
 * Its points, in their order: open, use, start, ready, environment, `start a`, `ready a`, `environment a`, `counters a`, `end a`,
 * restarts, dispose.
 */
export class FakePlatform extends Points implements Platform {
  readonly name = 'local'
  readonly #processes = new Map<string, FakeProcess>()
  /** How often each was started. */
  readonly #starts = new Map<string, number>()

  constructor(readonly options: FakeOptions = {}) {
    super()
  }

  /** Names of what runs: `testapp`, `testapp's sidecar`, `b: testapp's sidecar`. */
  get running(): string[] {
    return [...this.#processes.keys()].sort()
  }

  async open(options: SessionOptions, signal: AbortSignal): Promise<FakeSession> {
    await this.reach('open', signal)
    return new FakeSession(this, options, await this.#listen())
  }

  start(name: string, daprd: string | undefined, onDeath: FakeProcess['onDeath']): void {
    const cost = this.options.cost?.[daprd ?? ''] ?? 1
    const starts = (this.#starts.get(name) ?? 0) + 1
    this.#starts.set(name, starts)
    const normal = normalGenerator(seedOf(name, starts))
    this.#processes.set(name, { requests: 0, cpuSeconds: 0, cost, normal, onDeath })
  }

  end(name: string): void {
    this.#processes.delete(name)
  }

  process(name: string): FakeProcess | undefined {
    return this.#processes.get(name)
  }

  /** Ends it as if by itself. */
  die(name: string): void {
    const process = this.#processes.get(name)
    if (!process) throw new Error(`${name} does not run, only ${this.running.join(', ')}`)
    this.end(name)
    process.onDeath(`${name} exited with code 1`)
  }

  /** Requests that something, or all that runs, has handled. */
  work(requests: number, processes = [...this.#processes.values()]): void {
    for (const process of processes) {
      process.requests += requests
      process.cpuSeconds += requests * cpuSecondsOfRequest * process.cost * (1 + 0.01 * process.normal())
    }
  }

  async #listen(): Promise<{ server: Server; url: string }> {
    const server = createServer((request, response) => {
      const [, name = '', path] = /^\/([^/]+)(.*)$/.exec(decodeURIComponent(request.url ?? '')) ?? []
      const process = this.#processes.get(name)
      if (!process) return void request.socket.destroy()
      this.work(1, [process])
      response.end(name)
      if (path === '/v1.0/shutdown') this.die(name)
    })
    server.unref().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  }
}
