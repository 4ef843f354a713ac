import { randomInt } from 'node:crypto'
import { InputError } from '@dapr-perf/errors'

const letters = 'bcdfghjklmnpqrstvwxz0123456789'
const suffixLength = 5
// Names of Services have at most 63 characters, and Dapr's Service is called NAME-dapr.
const longestName = 63 - '-dapr'.length

/** Adds a suffix to names (`testapp-x7k2p`), so that concurrent runs in one namespace don't collide. */
export class RunNames {
  constructor(
    readonly suffix = randomSuffix(),
    private readonly part = '',
  ) {}

  of(name: string): string {
    return this.ofRun(`${name}${this.part}`)
  }

  /** The name of what all parts of the run share. */
  ofRun(name: string): string {
    return `${name}-${this.suffix}`
  }

  /** The names within a part of the run: `testapp-a3-x7k2p`. */
  ofPart(part: string): RunNames {
    return new RunNames(this.suffix, `-${part}`)
  }

  /** @throws InputError if the app's name is too long for the suffix */
  check(appName: string): void {
    const longest = longestName - this.of('').length
    if (appName.length > longest)
      throw new InputError(
        `${appName}: on Kubernetes the name of an app has at most ${longest} characters here`,
      )
  }
}

const randomSuffix = () =>
  Array.from({ length: suffixLength }, () => letters[randomInt(letters.length)]).join('')
