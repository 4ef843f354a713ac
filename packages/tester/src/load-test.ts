import type { ServerResponse } from 'node:http'
import { finished } from 'node:stream'
import { FailedTestError, StoppedTestError, TesterError } from './errors.js'

/** Makes the load, until it's made or the signal says to stop. */
export type Load = (signal: AbortSignal) => Promise<Buffer>

/** One test: a load that runs while somebody waits for its result. */
export class LoadTest {
  /** fortio's result, or the TesterError to answer. */
  readonly result: Promise<Buffer>
  #running = true
  #callers = 0
  #abandoned: NodeJS.Timeout | undefined
  readonly #stopper = new AbortController()

  /**
   * @param id what callers that come back know the test by
   * @param patience how long, in ms, the test goes on without a caller
   */
  constructor(
    load: Load,
    readonly id: string | undefined,
    private readonly patience: number,
  ) {
    this.result = this.#run(load)
    // Whoever waits for the result sees its error; it's no unhandled one where nobody does.
    this.result.catch(() => {})
  }

  get running(): boolean {
    return this.#running
  }

  /** Counts the caller who gets this response, for as long as the response is open. */
  addCaller(response: ServerResponse): void {
    clearTimeout(this.#abandoned)
    this.#callers++
    finished(response, () => this.#removeCaller())
  }

  /** Stops the load. The result is an error then, unless it's there already. */
  stop(reason: string): void {
    this.#stopper.abort(new StoppedTestError(reason))
  }

  #removeCaller(): void {
    this.#callers--
    if (this.#callers > 0 || !this.#running) return
    const reason = this.patience
      ? `nobody waited for its result for ${this.patience} ms`
      : 'its caller went away'
    this.#abandoned = setTimeout(() => this.stop(reason), this.patience)
  }

  async #run(load: Load): Promise<Buffer> {
    try {
      return await load(this.#stopper.signal)
    } catch (error) {
      if (error instanceof TesterError) throw error
      throw new FailedTestError((error as Error).message, { cause: error })
    } finally {
      this.#running = false
      clearTimeout(this.#abandoned)
    }
  }
}
