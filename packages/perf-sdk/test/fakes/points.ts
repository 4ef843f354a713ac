type Action = () => unknown

/** The moments of a fake at which a test lets something happen: a failure, a death, a signal, or a look at what is stored. */
export class Points {
  readonly #actions = new Map<string, Action>()
  readonly #times = new Map<string, number>()

  /** @param time counts from 1: the action is for that time only, and what it throws is what the fake fails with */
  at(point: string, action: Action, time = 1): void {
    this.#actions.set(`${point} ${time}`, action)
  }

  /** How often it came there. */
  timesAt(point: string): number {
    return this.#times.get(point) ?? 0
  }

  /** Called by the fake itself. @throws what the test asked for, and the signal's reason */
  async reach(point: string, signal?: AbortSignal): Promise<void> {
    const time = this.timesAt(point) + 1
    this.#times.set(point, time)
    await this.#actions.get(`${point} ${time}`)?.()
    signal?.throwIfAborted()
  }
}
