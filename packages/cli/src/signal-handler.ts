import { InterruptedError } from '@dapr-perf/errors'

const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Turns signals and uncaught errors into an AbortSignal that ends the run, so that teardown still happens. */
export class SignalHandler implements Disposable {
  readonly #controller = new AbortController()

  constructor(private readonly note: (what: string) => void) {
    for (const name of interrupts) process.on(name, this.#onSignal)
    process.on('uncaughtException', this.#onError)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  [Symbol.dispose]() {
    for (const name of interrupts) process.off(name, this.#onSignal)
    process.off('uncaughtException', this.#onError)
  }

  readonly #onSignal = (name: NodeJS.Signals) => {
    const isFirst = !this.signal.aborted
    this.note(isFirst ? `${name}: stopping the run` : `${name}: the run is already stopping, please wait`)
    this.#controller.abort(new InterruptedError(`interrupted by ${name}`))
  }

  readonly #onError = (error: Error) => {
    if (this.signal.aborted) this.note(`while the run was stopping: ${error.stack}`)
    this.#controller.abort(error)
  }
}
