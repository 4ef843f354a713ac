import type { FastifyBaseLogger } from 'fastify'
import { TesterError } from './errors.js'
import { runFortio } from './fortio.js'
import { RunningLoad } from './running-load.js'
import type { TestParameters } from './test-parameters.js'

const shuttingDown = 'the tester is shutting down'

/** Times in milliseconds. */
export interface SlotTimes {
  /** How long a load with an id continues without a caller. */
  gracePeriod: number
  /** How long the output of the last load is kept. */
  keepResult: number
}

/** Runs one load at a time, and keeps the last one for callers that reconnect with its id. */
export class LoadSlot {
  #load: RunningLoad | undefined
  #forgetting: NodeJS.Timeout | undefined
  #closed = false

  constructor(
    private readonly log: FastifyBaseLogger,
    private readonly times: SlotTimes,
  ) {}

  /**
   * Starts a load.
   *
   * @param id to find the load again; with an id it survives without a caller for the grace period
   * @throws TesterError if another load is running, or the slot is closed
   */
  start(parameters: TestParameters, id: string | undefined): RunningLoad {
    if (this.#closed) throw new TesterError(503, shuttingDown)
    if (this.#load?.running) throw alreadyRunning(this.#load, id)
    clearTimeout(this.#forgetting)
    const load = new RunningLoad(
      (signal) => runFortio(parameters, signal),
      id,
      id ? this.times.gracePeriod : 0,
    )
    this.#load = load
    this.#log(load, parameters)
    load.output.catch(() => {}).then(() => this.#forgetLater(load))
    return load
  }

  /** The load with this id, running or ended. @throws TesterError if it is unknown */
  find(id: string): RunningLoad {
    if (this.#load?.id !== id) throw new TesterError(404, `unknown test ${id}`)
    return this.#load
  }

  /** Stops the running load, waits for its end, and refuses new ones. */
  async close(): Promise<void> {
    this.#closed = true
    this.#load?.stop(shuttingDown)
    await this.#load?.output.catch(() => {})
  }

  #forgetLater(load: RunningLoad): void {
    const forget = () => {
      if (this.#load === load) this.#load = undefined
    }
    this.#forgetting = setTimeout(forget, this.times.keepResult).unref()
  }

  #log({ id, output }: RunningLoad, { payload, headers: _, ...parameters }: TestParameters): void {
    const log = this.log.child({ id, ...parameters, payloadBytes: Buffer.byteLength(payload) })
    const started = performance.now()
    const seconds = () => (performance.now() - started) / 1000
    log.info('test started')
    output.then(
      () => log.info({ outcome: 'result', seconds: seconds() }, 'test ended'),
      (error: TesterError) => log.warn({ outcome: error.message, seconds: seconds() }, 'test ended'),
    )
  }
}

function alreadyRunning({ id: running }: RunningLoad, id: string | undefined): TesterError {
  const message =
    id && id === running
      ? `test ${id} is already running: GET /test/${id} waits for its result`
      : 'another test is already running: the tester runs one at a time'
  return new TesterError(409, message)
}
