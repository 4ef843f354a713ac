import { type Command, InvalidArgumentError } from 'commander'
import { type Params, paramRules, parseParam } from 'perf-sdk/runner'

/** The options of a load, but for its duration. */
export function addLoadOptions(command: Command): void {
  command
    .option('--qps <n>', 'target rate in requests per second; 0 sets no limit', param('qps'))
    .option(
      '--arrivals <kind>',
      'when requests are due: uniform, poisson, or bursts of one for each connection (the default)',
      param('arrivals'),
    )
    .option('--connections <n>', 'connections that send requests at the same time', param('connections'))
    .option('--payload <text>', 'body of each request', param('payload'))
    .option('--payload-size <bytes>', "size of each request's random body", param('payloadSize'))
}

/** Parses an option as its parameter. */
export function param<Name extends keyof Params>(name: Name) {
  return (text: string): Params[Name] => {
    try {
      return parseParam(name, text, `${paramRules[name].flag} `)
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message)
    }
  }
}
