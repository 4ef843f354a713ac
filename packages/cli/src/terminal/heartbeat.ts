const everyMs = 10_000

/** Says every 10 s what is still going on, so that a log that grows by lines is never silent for long. */
export class Heartbeat {
  #timer: NodeJS.Timeout | undefined

  constructor(private readonly write: (line: string) => void) {}

  /** Something begins, and ends what was going on before. */
  beat(what: string): void {
    this.stop()
    const started = performance.now()
    this.#timer = setInterval(() => {
      this.write(`… ${what}: ${Math.round((performance.now() - started) / 1000)} s so far`)
    }, everyMs).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
