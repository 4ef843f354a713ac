import { SingleBar } from 'cli-progress'
import ora, { type Ora } from 'ora'
import type { BlocksEvent, RunEvent } from 'perf-sdk/runner'
import { detailOf, lineOf, nameOf, secondsText, titleOf } from './event-text.js'
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
  /** The bar of the blocks, and what it shows. */
  #blocks: { bar: SingleBar; event: BlocksEvent } | undefined
  readonly #heartbeat = new Heartbeat((line) => this.stream.write(`${line}\n`))

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {
    const isTerminal = stream.isTTY && stream.columns > 0 // a terminal without a width can't be drawn on
    this.report = isTerminal ? (event) => this.#live(event) : (event) => this.#plain(event)
  }

  [Symbol.dispose]() {
    this.#heartbeat.stop()
    this.#endLast(false)
    this.#step = undefined
    this.#load = undefined
  }

  #endLast(done?: boolean) {
    this.#end(done)
    this.#end = () => {}
  }

  /** Of what goes on within a block there is a line only if it takes long. */
  #plain(event: RunEvent) {
    if (event.kind === 'note' || event.block === undefined) this.stream.write(`${lineOf(event)}\n`)
    if (event.kind !== 'note') this.#heartbeat.beat(event.kind === 'blocks' ? titleOf(event) : nameOf(event))
  }

  #live(event: RunEvent) {
    if (event.kind === 'note') return this.#note(event)
    if (event.kind === 'blocks') return this.#showBlocks(event)
    if (this.#blocks && event.block !== undefined)
      return this.#blocks.bar.update({ now: `  ${nameOf(event)}` })
    this.#endLast(true)
    const what = nameOf(event)
    this.#step = event.kind === 'step' ? what : undefined
    this.#load =
      event.kind === 'load' ? { what, seconds: event.seconds, started: performance.now() } : undefined
    this.#end = this.#load
      ? this.#bar(this.#load)
      : spin(this.stream, what, (spinner) => spinner.stopAndPersist({ symbol: '·' }))
  }

  /** What goes on continues below the note. */
  #note(event: Extract<RunEvent, { kind: 'note' }>) {
    const blocks = this.#blocks?.event
    if (event.isEnd) this.#load = undefined
    this.#endLast(this.#load ? undefined : false)
    this.stream.write(`${lineOf(event)}\n`)
    if (blocks && !event.isEnd) this.#showBlocks(blocks)
    if (this.#step) this.#end = spin(this.stream, this.#step, (spinner) => spinner.stop())
    if (this.#load) this.#end = this.#bar(this.#load)
  }

  /** One bar for all blocks, with what goes on in the current one beside it. */
  #showBlocks(event: BlocksEvent) {
    const { done, total } = event
    const payload = { what: titleOf(event), left: detailOf(event), now: '' }
    if (this.#blocks) {
      this.#blocks.event = event
      return this.#blocks.bar.update(done, payload)
    }
    this.#endLast(true)
    this.#step = undefined
    this.#load = undefined
    const bar = this.#newBar()
    bar.start(total, done, payload)
    this.#blocks = { bar, event }
    this.#end = () => {
      bar.stop()
      this.#blocks = undefined
    }
  }

  #newBar() {
    return new SingleBar({
      stream: this.stream,
      format: `  {what} {bar} {left}{now}`,
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
      return { what: what.padEnd(16), left: left > 0 ? `${Math.ceil(left)} s left` : 'finishing', now: '' }
    }
    bar.start(length, passed(), payload())
    const timer = setInterval(() => bar.update(passed(), payload()), updateEveryMs)
    return (done?: boolean) => {
      clearInterval(timer)
      bar.stop()
      if (done !== undefined) this.stream.write(`${done ? '✓' : '✗'} ${what} (${secondsText(length)})\n`)
    }
  }
}

interface Load {
  what: string
  seconds: number
  /** A time of performance.now(). */
  started: number
}

/** Shows a spinner. @returns a function that ends it */
function spin(stream: NodeJS.WriteStream, text: string, end: (spinner: Ora) => void) {
  // Leaves standard input alone: Ctrl+C has to arrive as a signal.
  const spinner = ora({ text, stream, discardStdin: false }).start()
  return () => end(spinner)
}
