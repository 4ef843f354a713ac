import { setTimeout as pause } from 'node:timers/promises'
import type { TestContext } from '../case/test-context.js'

const undoWithinMs = 2_000

/** A cleanup step of a case; it gives up when the signal aborts. */
export type Undo = Parameters<TestContext['onFinished']>[0]

/** Undoes the last step first. One that fails, or takes its time, keeps neither the others nor the teardown. */
export async function undoAll(steps: Undo[]): Promise<void> {
  const late = AbortSignal.timeout(undoWithinMs)
  const all = async () => {
    for (const step of steps.toReversed()) await (async () => step(late))().catch(() => {})
  }
  await Promise.race([all(), pause(undoWithinMs, undefined, { ref: false })])
}
