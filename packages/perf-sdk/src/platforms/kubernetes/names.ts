import { randomInt } from 'node:crypto'
import { InputError } from '@dapr-perf/errors'

const letters = 'bcdfghjklmnpqrstvwxz0123456789'
const suffixLength = 5
// Names of Services have at most 63 characters, and Dapr's Service is called NAME-dapr.
const longestAppName = 63 - '-dapr'.length - suffixLength - 1

/** Adds a suffix to names (`testapp-x7k2p`), so that concurrent runs in one namespace don't collide. */
export class RunNames {
  readonly suffix = Array.from({ length: suffixLength }, () => letters[randomInt(letters.length)]).join('')

  of(name: string): string {
    return `${name}-${this.suffix}`
  }

  /** @throws InputError if the app's name is too long for the suffix */
  check(appName: string): void {
    if (appName.length > longestAppName)
      throw new InputError(
        `${appName}: on Kubernetes the name of an app has at most ${longestAppName} characters`,
      )
  }
}
