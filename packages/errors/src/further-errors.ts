/** Where an error keeps what failed after it, whichever copy of this package put it there. */
const further = Symbol.for('dapr-perf.further-errors')

type WithFurther = Error & { [further]?: unknown[] }

/**
 * Ends something after a failure. An error of that does not replace the failure, but is kept with it: see `furtherErrors`.
 *
 * @throws the failure
 */
export async function endAfter(failure: unknown, end: () => PromiseLike<unknown>): Promise<never> {
  try {
    await end()
  } catch (error) {
    keep(failure, error)
  }
  throw failure
}

/** Keeps what failed after another error with the one that is shown in its place. */
export function keepFurther(shown: unknown, other: unknown): void {
  if (shown === other) return
  for (const error of furtherErrors(other)) keep(shown, error)
}

/** An error that is frozen, or no Error, keeps nothing. */
function keep(failure: unknown, error: unknown): void {
  if (error === failure || !(failure instanceof Error) || !Object.isExtensible(failure)) return
  const value = [...((failure as WithFurther)[further] ?? []), error]
  Object.defineProperty(failure, further, { value, configurable: true })
}

/** What failed when something was ended after an error or its cause, the first one first. */
export function furtherErrors(error: unknown): unknown[] {
  if (!(error instanceof Error)) return []
  return [...furtherErrors(error.cause), ...((error as WithFurther)[further] ?? [])]
}
