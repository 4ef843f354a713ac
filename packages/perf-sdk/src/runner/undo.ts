import { setTimeout as pause } from 'node:timers/promises'
import { DaprPerfError } from '@dapr-perf/errors'
import type { TestContext } from '../case/test-context.js'

const undoWithinMs = 2_000

/** A cleanup step of a case; it gives up when the signal aborts. */
export type Undo = Parameters<TestContext['onFinished']>[0]

/** The cleanup steps of a case. */
export class UndoList {
  readonly #steps: Undo[] = []
  #hasBegun = false

  /**
   * Adds a step.
   *
   * @throws DaprPerfError once the undoing has begun, so that the case does nothing that then would remain; as long as other
   * steps are being undone, this one is undone, too, for what the case has done already
   */
  add(step: Undo): void {
    this.#steps.push(step)
    if (this.#hasBegun)
      throw new DaprPerfError(
        'onFinished was called after the end of the case had begun: its functions have to await all that they start, also where a part of it fails (Promise.allSettled)',
      )
  }

  /** Undoes the last step first. One that fails, or takes its time, keeps neither the others nor the teardown. */
  async undoAll(): Promise<void> {
    this.#hasBegun = true
    const late = AbortSignal.timeout(undoWithinMs)
    const all = async () => {
      for (let step = this.#steps.pop(); step; step = this.#steps.pop()) await attempt(step, late)
    }
    await Promise.race([all(), pause(undoWithinMs, undefined, { ref: false })])
  }
}

const attempt = (step: Undo, late: AbortSignal) => (async () => step(late))().catch(() => {})
