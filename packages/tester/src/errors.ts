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

/** The parameters are invalid. */
export class InvalidLoadError extends TesterError {
  constructor(reason: string) {
    super(400, `error parsing test params: ${reason}`)
  }
}

/** fortio failed, or did not start. */
export class FailedLoadError extends TesterError {
  constructor(reason: string, options?: ErrorOptions) {
    super(500, `error encountered while running test: ${reason}`, options)
  }
}

/** The load was stopped early. */
export class StoppedLoadError extends TesterError {
  constructor(reason: string) {
    super(503, `error encountered while running test: stopped, ${reason}`)
  }
}
