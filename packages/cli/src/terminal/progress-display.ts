import { SingleBar } from 'cli-progress'
import ora, { type Ora } from 'ora'
import type { RunEvent } from 'perf-sdk'
import { Heartbeat } from './heartbeat.js'

const updateEveryMs = 100

/** Shows a run's progress on standard error: live at a terminal, else as plain lines, one at least every 10 s. */
export class ProgressDisplay implements Disposable {
  readonly report: (event: RunEvent) => void
  /** Ends what is shown now; without a value, a load leaves no line. */
  #end: (done?: boolean) => void = () => {}
  /** The current step, unless it is a load. */
  #step: string | undefined
  #load: Load | undefined
  /** The bar of what consists of many parts. */
  #parts: SingleBar | undefined
  readonly #heartbeat = new Heartbeat((line) => this.stream.write(`${line}\n`))

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {
    const isTerminal = stream.isTTY && stream.columns > 0 // a terminal without a width can't be drawn on
    this.report = isTerminal ? (event) => this.#live(event) : (event) => this.#plain(event)
  }

  [Symbol.dispose]() {
    this.#heartbeat.stop()
    this.#endLast(false)
  }

  #endLast(done?: boolean) {
    this.#end(done)
    this.#end = () => {}
  }

  #plain(event: RunEvent) {
    this.stream.write(`${lineOf(event)}\n`)
    if (event.kind !== 'note') this.#heartbeat.beat(event.what)
  }

  #live(event: RunEvent) {
    if (event.kind === 'note') return this.#note(event)
    if (event.kind === 'progress') return this.#progress(event)
    this.#endLast(true)
    this.#parts = undefined
    this.#step = event.kind === 'step' ? event.what : undefined
    this.#load = event.kind === 'load' ? { ...event, started: performance.now() } : undefined
    this.#end = this.#load
      ? this.#bar(this.#load)
      : spin(this.stream, event.what, (spinner) => spinner.stopAndPersist({ symbol: '·' }))
  }

  /** What goes on continues below the note. */
  #note({ what, isEnd }: Extract<RunEvent, { kind: 'note' }>) {
    if (isEnd) this.#load = undefined
    this.#endLast(this.#load ? undefined : false)
    this.stream.write(`${what}\n`)
    if (this.#step) this.#end = spin(this.stream, this.#step, (spinner) => spinner.stop())
    if (this.#load) this.#end = this.#bar(this.#load)
  }

  /** One bar for all parts. */
  #progress(event: Extract<RunEvent, { kind: 'progress' }>) {
    const { what, done, total, detail } = event
    if (!this.#parts) {
      this.#endLast(true)
      this.#step = undefined
      this.#load = undefined
      const bar = this.#newBar()
      bar.start(total, done, { what, left: detail })
      this.#parts = bar
      this.#end = () => {
        bar.stop()
        this.#parts = undefined
      }
    }
    this.#parts.update(done, { what: `${what} ${done} of ${total}`, left: detail })
  }

  #newBar() {
    return new SingleBar({
      stream: this.stream,
      format: `  {what} {bar} {left}`,
      barsize: 30,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      hideCursor: true,
      clearOnComplete: true,
    })
  }

  #bar({ what, seconds: length, started }: Load) {
    const bar = this.#newBar()
    const passed = () => Math.min(length, (performance.now() - started) / 1000)
    const payload = () => {
      const left = length - passed()
      return { what: what.padEnd(16), left: left > 0 ? `${Math.ceil(left)} s left` : 'finishing' }
    }
    bar.start(length, passed(), payload())
    const timer = setInterval(() => bar.update(passed(), payload()), updateEveryMs)
    return (done?: boolean) => {
      clearInterval(timer)
      bar.stop()
      if (done !== undefined) this.stream.write(`${done ? '✓' : '✗'} ${what} (${seconds(length)})\n`)
    }
  }
}

interface Load {
  what: string
  seconds: number
  /** A time of performance.now(). */
  started: number
}

function lineOf(event: RunEvent): string {
  switch (event.kind) {
    case 'load':
      return `${event.what} (${seconds(event.seconds)})`
    case 'progress':
      return `${event.what} ${event.done} of ${event.total}, ${event.detail}`
    default:
      return event.what
  }
}

/** Shows a spinner. @returns a function that ends it */
function spin(stream: NodeJS.WriteStream, text: string, end: (spinner: Ora) => void) {
  // Leaves standard input alone: Ctrl+C has to arrive as a signal.
  const spinner = ora({ text, stream, discardStdin: false }).start()
  return () => end(spinner)
}

const seconds = (length: number) => `${Number(length.toFixed(1))} s`
