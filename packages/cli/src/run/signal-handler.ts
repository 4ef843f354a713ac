import { InterruptedError, type ReportProgress } from 'perf-sdk'

const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Turns signals, and errors that nobody caught, into the end of the run: an AbortSignal, so that teardown runs. */
export class SignalHandler implements Disposable {
  readonly #controller = new AbortController()
  readonly #report: ReportProgress

  constructor(report: ReportProgress) {
    this.#report = report
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
    this.#report({
      kind: 'note',
      what: isFirst ? `${name}: ending the run` : `${name}: the run is being ended, please wait`,
    })
    this.#controller.abort(new InterruptedError(`interrupted by ${name}`))
  }

  readonly #onError = (error: Error) => this.#controller.abort(error)
}
