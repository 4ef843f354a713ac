/** An error whose message is all that a user needs: what happened, with which value, and what to do. */
export class DaprPerfError extends Error {
  override name = this.constructor.name
}

/** Wrong usage or input: the command exits with 2. */
export class InputError extends DaprPerfError {}

/** An app, a sidecar or a load generator that ended before it should: the run ends with it. */
export class AppDiedError extends DaprPerfError {}

/** The user asked for the end (Ctrl+C, SIGTERM): the command exits with 130 after teardown. */
export class InterruptedError extends DaprPerfError {}
