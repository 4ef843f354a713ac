import type { ServerResponse } from 'node:http'
import { finished } from 'node:stream'
import { FailedLoadError, StoppedLoadError, TesterError } from './errors.js'
import type { LateSends } from './late-sends.js'

/** The output of a load: fortio's result JSON, unchanged, and the late sends. */
export interface LoadOutput {
  result: Buffer
  lateSends?: LateSends | undefined
  /** The first of fortio's warnings. */
  warnings?: string[]
}

/** Makes the load, until it is done or the signal aborts. */
export type MakeLoad = (signal: AbortSignal) => Promise<LoadOutput>

/** A load that runs while somebody waits for its result. */
export class RunningLoad {
  /** Rejects with the TesterError to respond with. */
  readonly output: Promise<LoadOutput>
  #running = true
  #callers = 0
  #abandoned: NodeJS.Timeout | undefined
  readonly #stopper = new AbortController()

  /**
   * @param id for callers that reconnect
   * @param gracePeriod how long, in ms, it continues without a caller
   */
  constructor(
    makeLoad: MakeLoad,
    readonly id: string | undefined,
    private readonly gracePeriod: number,
  ) {
    this.output = this.#run(makeLoad)
    // Callers that await the output see its error; without any, it is not an unhandled rejection.
    this.output.catch(() => {})
  }

  get running(): boolean {
    return this.#running
  }

  /** Counts the caller of this response until the response is closed. */
  addCaller(response: ServerResponse): void {
    clearTimeout(this.#abandoned)
    this.#callers++
    finished(response, () => this.#removeCaller())
  }

  /** Stops the load: its output rejects, unless it has already ended. */
  stop(reason: string): void {
    this.#stopper.abort(new StoppedLoadError(reason))
  }

  #removeCaller(): void {
    this.#callers--
    if (this.#callers > 0 || !this.#running) return
    const reason = this.gracePeriod
      ? `nobody waited for its result for ${this.gracePeriod} ms`
      : 'its caller disconnected'
    this.#abandoned = setTimeout(() => this.stop(reason), this.gracePeriod)
  }

  async #run(makeLoad: MakeLoad): Promise<LoadOutput> {
    try {
      return await makeLoad(this.#stopper.signal)
    } catch (error) {
      if (error instanceof TesterError) throw error
      throw new FailedLoadError((error as Error).message, { cause: error })
    } finally {
      this.#running = false
      clearTimeout(this.#abandoned)
    }
  }
}
