import { furtherErrors } from './further-errors.js'

export { endAfter, keepFurther } from './further-errors.js'
export { withTimeout } from './with-timeout.js'

/** Marks errors of these classes, whichever copy of this package made them, with the names of their classes. */
const mark = Symbol.for('dapr-perf.error')

/** An error whose message is all that a user needs: what happened, with which value, and what to do. */
export class DaprPerfError extends Error {
  override name = this.constructor.name
  readonly [mark]: string[] = []

  constructor(message?: string, options?: ErrorOptions) {
    super(message, options)
    for (let one = this.constructor; one !== Error; one = Object.getPrototypeOf(one))
      this[mark].push(one.name)
  }

  /** `instanceof` holds for errors of another copy as well: a case may have a copy of its own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: the class that is asked, which may be a subclass
    return ((value as { [mark]?: string[] } | undefined)?.[mark] ?? []).includes(this.name)
  }
}

/** Wrong usage or input: the command exits with 2. */
export class InputError extends DaprPerfError {}

/** An app, a sidecar or a load generator that ended before it should: the run ends with it. */
export class AppDiedError extends DaprPerfError {}

/** A variant of a comparison failed: it does not start, ends by itself, or does not do what its load asks for. */
export class VariantError extends DaprPerfError {
  /** @param message what happened, without the variant */
  constructor(
    readonly variant: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`variant ${variant}: ${message}`, options)
  }
}

/** The user asked for the end (Ctrl+C, SIGTERM): the command exits with 130 after teardown. */
export class InterruptedError extends DaprPerfError {}

/**
 * What went wrong, as it is shown to the user, with what failed after it: an error that nobody expected, such as a TypeError
 * in a case, with the lines of code that it came from, without those of libraries and of built code, such as our own.
 */
export function describeError(error: unknown): string {
  return [textOf(error), ...furtherLines(error)].join('\n')
}

/** What failed when something was ended after an error, a line for each. */
export const furtherLines = (error: unknown): string[] =>
  furtherErrors(error).map((one) => `After that, this failed, too: ${textOf(one)}`)

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof DaprPerfError || !error.stack) return error.message
  const lines = error.stack.split('\n')
  return lines.filter((line) => !/^\s+at .*(node:|node_modules|\/dist\/|Promise\.all )/.test(line)).join('\n')
}
