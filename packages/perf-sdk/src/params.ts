import { parseGoDuration } from '@dapr-perf/tester/go-duration'
import { InputError } from './errors.js'

/** The load of a test. */
export interface Params {
  /** Requests per second over all connections; 0 is as fast as it goes. */
  qps: number
  /** Connections that send requests side by side. */
  connections: number
  /** How long each side is loaded, as Go writes durations: `10s`, `1m`, `1m30s`. */
  duration: string
  /** The request's body. Where it is not empty, payloadSize has no meaning. */
  payload: string
  /** Size in bytes of the random body that is sent where there is no payload. */
  payloadSize: number
}

/** A parameter that is absent or undefined is left to what comes after it. */
export type ParamOptions = { [Name in keyof Params]?: Params[Name] | undefined }

const wholeNumber = (least: number) => ({
  expected: `a whole number of at least ${least}`,
  parse: (text: string) => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
    return Number.isSafeInteger(number) && number >= least ? number : undefined
  },
})

const rules = {
  qps: { variable: 'DAPR_PERF_QPS', example: '1000', ...wholeNumber(0) },
  connections: { variable: 'DAPR_PERF_CONNECTIONS', example: '16', ...wholeNumber(1) },
  duration: {
    variable: 'DAPR_TEST_DURATION',
    example: '1m',
    expected: 'a positive duration',
    parse: (text: string) => ((parseGoDuration(text) ?? 0) > 0 ? text : undefined),
  },
  payload: { variable: 'DAPR_PAYLOAD', example: 'hello', expected: 'a text', parse: (text: string) => text },
  payloadSize: { variable: 'DAPR_PAYLOAD_SIZE', example: '1024', ...wholeNumber(0) },
}

/**
 * Reads one parameter from text.
 *
 * @param source what the user wrote it as, for the error: `--qps`, `DAPR_PERF_QPS=`
 * @throws InputError that names source, value and an example
 */
export function parseParam<Name extends keyof Params>(
  name: Name,
  text: string,
  source: string,
): Params[Name] {
  const rule = rules[name]
  const value = rule.parse(text)
  if (value === undefined) {
    const separator = source.startsWith('--') ? ' ' : '='
    throw new InputError(
      `${source}${separator}${text}: expected ${rule.expected}, for example ${source}${separator}${rule.example}`,
    )
  }
  return value as Params[Name]
}

const payloadParams = ['payload', 'payloadSize'] as const
const flags = { payload: '--payload', payloadSize: '--payload-size' }

/**
 * The parameters of a case's load: its own, overridden by the environment's, overridden by those given. A case that
 * names neither payload nor payloadSize sends no body, so that those are left alone.
 *
 * @returns the parameters, and what was left alone, as the user wrote it
 * @throws InputError where one can't be used
 */
export function paramsOfCase(
  own: ParamOptions,
  given: ParamOptions = {},
  env: NodeJS.ProcessEnv = process.env,
): { params: Params; leftAlone: string[] } {
  const over = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const sendsBody = payloadParams.some((name) => own[name] !== undefined)
  if (sendsBody) return { params: { ...Params(own, env), ...over }, leftAlone: [] }
  const unused = payloadParams.flatMap((name) => {
    const { variable } = rules[name]
    return [
      ...(env[variable] ? [`${variable}=${env[variable]}`] : []),
      ...(given[name] === undefined ? [] : [`${flags[name]} ${given[name]}`]),
    ]
  })
  const none = { payload: '', payloadSize: 0 }
  const withoutPayload = Object.fromEntries(payloadParams.map((name) => [rules[name].variable, undefined]))
  return { params: { ...Params(own, { ...env, ...withoutPayload }), ...over, ...none }, leftAlone: unused }
}

/**
 * The parameters of a load: qps 1, connections 1, duration `1m`, no payload, unless `options` say otherwise;
 * DAPR_PERF_QPS, DAPR_PERF_CONNECTIONS, DAPR_TEST_DURATION, DAPR_PAYLOAD and DAPR_PAYLOAD_SIZE override both,
 * as in Dapr's Go suite. A variable that is empty counts as absent.
 *
 * @throws InputError where an option or a variable can't be used
 */
export function Params(options: ParamOptions = {}, env: NodeJS.ProcessEnv = process.env): Params {
  const params: Params = { qps: 1, connections: 1, duration: '1m', payload: '', payloadSize: 0 }
  const set = <Name extends keyof Params>(name: Name, text: string, source: string) => {
    params[name] = parseParam(name, text, source)
  }
  for (const name of Object.keys(params) as (keyof Params)[]) {
    if (options[name] !== undefined) set(name, String(options[name]), name)
    const { variable } = rules[name]
    if (env[variable]) set(name, env[variable], variable)
  }
  return params
}
