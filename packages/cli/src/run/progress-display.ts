import { SingleBar } from 'cli-progress'
import ora, { type Ora } from 'ora'
import type { Progress, ReportProgress } from 'perf-sdk'

const updateEveryMs = 100

/** Shows what a run is doing: live at a terminal, in plain lines elsewhere. It writes to standard error. */
export class ProgressDisplay implements Disposable {
  readonly report: ReportProgress
  #end: (done: boolean) => void = () => {}
  /** The step that goes on, where it isn't a load. */
  #step: string | undefined

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {
    const isTerminal = stream.isTTY && stream.columns > 0 // a terminal that has no width can't be drawn on
    this.report = isTerminal ? (progress) => this.#live(progress) : (progress) => this.#plain(progress)
  }

  [Symbol.dispose]() {
    this.#endLast(false)
  }

  #endLast(done: boolean) {
    this.#end(done)
    this.#end = () => {}
  }

  #plain(progress: Progress) {
    const length = progress.kind === 'load' ? ` (${seconds(progress.seconds)})` : ''
    this.stream.write(`${progress.what}${length}\n`)
  }

  #live(progress: Progress) {
    if (progress.kind === 'note') return this.#note(progress.what)
    this.#endLast(true)
    this.#step = progress.kind === 'step' ? progress.what : undefined
    this.#end =
      progress.kind === 'load'
        ? this.#bar(progress.what, progress.seconds)
        : spin(this.stream, progress.what, (spinner) => spinner.stopAndPersist({ symbol: '·' }))
  }

  /** A step goes on below it. A load that it interrupts is not done, and isn't shown as if it were. */
  #note(what: string) {
    this.#endLast(false)
    this.stream.write(`${what}\n`)
    if (this.#step) this.#end = spin(this.stream, this.#step, (spinner) => spinner.stop())
  }

  #bar(what: string, length: number) {
    const bar = new SingleBar({
      stream: this.stream,
      format: `  {what} {bar} {left}`,
      barsize: 30,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      hideCursor: true,
      clearOnComplete: true,
    })
    const started = performance.now()
    const payload = () => {
      const left = length - (performance.now() - started) / 1000
      return { what: what.padEnd(16), left: left > 0 ? `${Math.ceil(left)} s left` : 'ending' }
    }
    bar.start(length, 0, payload())
    const timer = setInterval(() => {
      bar.update(Math.min(length, (performance.now() - started) / 1000), payload())
    }, updateEveryMs)
    return (done: boolean) => {
      clearInterval(timer)
      bar.stop()
      this.stream.write(`${done ? '✓' : '✗'} ${what} (${seconds(length)})\n`)
    }
  }
}

/** Shows that something goes on. @returns what ends that */
function spin(stream: NodeJS.WriteStream, text: string, end: (spinner: Ora) => void) {
  // Standard input stays as it is: Ctrl+C has to arrive as a signal.
  const spinner = ora({ text, stream, discardStdin: false }).start()
  return () => end(spinner)
}

const seconds = (length: number) => `${Number(length.toFixed(1))} s`
