import type { FastifyBaseLogger } from 'fastify'
import { TesterError } from './errors.js'
import { runFortio } from './fortio.js'
import { LoadTest } from './load-test.js'
import type { TestParameters } from './test-parameters.js'

const shuttingDown = 'the tester is shutting down'

/** Times in milliseconds. */
export interface DeskTimes {
  /** How long a test with an id goes on without a caller. */
  patience: number
  /** How long the result of the last test is kept. */
  keepResult: number
}

/** Runs one test at a time, and keeps the last one for callers who come back with its id. */
export class TestDesk {
  #test: LoadTest | undefined
  #forgetting: NodeJS.Timeout | undefined
  #closed = false

  constructor(
    private readonly log: FastifyBaseLogger,
    private readonly times: DeskTimes,
  ) {}

  /**
   * Starts a test.
   *
   * @param id makes the test one that outlives its caller for a while, and can be found again
   * @throws TesterError where a test runs, or the desk is closed
   */
  start(parameters: TestParameters, id: string | undefined): LoadTest {
    if (this.#closed) throw new TesterError(503, shuttingDown)
    if (this.#test?.running) throw runsAlready(this.#test, id)
    clearTimeout(this.#forgetting)
    const test = new LoadTest((signal) => runFortio(parameters, signal), id, id ? this.times.patience : 0)
    this.#test = test
    this.#logTest(test, parameters)
    test.result.catch(() => {}).then(() => this.#forgetLater(test))
    return test
  }

  /** The test of that id, running or ended. @throws TesterError where it's unknown */
  find(id: string): LoadTest {
    if (this.#test?.id !== id) throw new TesterError(404, `test ${id} is unknown`)
    return this.#test
  }

  /** Stops the test that runs, waits until nothing is left of it, and starts no other. */
  async close(): Promise<void> {
    this.#closed = true
    this.#test?.stop(shuttingDown)
    await this.#test?.result.catch(() => {})
  }

  #forgetLater(test: LoadTest): void {
    const forget = () => {
      if (this.#test === test) this.#test = undefined
    }
    this.#forgetting = setTimeout(forget, this.times.keepResult).unref()
  }

  #logTest({ id, result }: LoadTest, { payload, ...parameters }: TestParameters): void {
    const log = this.log.child({ id, ...parameters, payloadBytes: Buffer.byteLength(payload) })
    const begin = performance.now()
    const seconds = () => (performance.now() - begin) / 1000
    log.info('test begun')
    result.then(
      () => log.info({ outcome: 'result', seconds: seconds() }, 'test ended'),
      (error: TesterError) => log.warn({ outcome: error.message, seconds: seconds() }, 'test ended'),
    )
  }
}

function runsAlready({ id: running }: LoadTest, id: string | undefined): TesterError {
  const message =
    id && id === running
      ? `test ${id} runs already: GET /test/${id} waits for its result`
      : 'another test runs already: the tester runs one at a time'
  return new TesterError(409, message)
}
