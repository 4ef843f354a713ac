/** An error whose message is for the caller, with the HTTP status to answer. */
export class TesterError extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = new.target.name
  }
}

/** What was asked for is no test that fortio can run. */
export class InvalidTestError extends TesterError {
  constructor(reason: string) {
    super(400, `error parsing test params: ${reason}`)
  }
}

/** fortio ran, or should have, and left no result. */
export class FailedTestError extends TesterError {
  constructor(reason: string, options?: ErrorOptions) {
    super(500, `error encountered while running test: ${reason}`, options)
  }
}

/** The test was stopped before its time. */
export class StoppedTestError extends TesterError {
  constructor(reason: string) {
    super(503, `error encountered while running test: stopped, ${reason}`)
  }
}
