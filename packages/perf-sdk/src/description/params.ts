import { AsyncLocalStorage } from 'node:async_hooks'
import { InputError } from '@dapr-perf/errors'
import { parseGoDuration } from '@dapr-perf/tester/go-duration'
import { type Arrivals, arrivalKinds } from './arrivals.js'

/** The load of a case. */
export interface Params {
  /** Target rate in requests per second over all connections; 0 sets no limit. */
  qps: number
  /** When requests are due: `uniform`, `poisson` or `bursts`. Without a target rate nothing is due. */
  arrivals: Arrivals
  /** Connections that send requests at the same time. */
  connections: number
  /** How long each variant is loaded, as Go writes durations: `10s`, `1m`, `1m30s`. */
  duration: string
  /** The request's body. If it is not empty, payloadSize is ignored. */
  payload: string
  /** Size in bytes of the random body that is sent if there is no payload. */
  payloadSize: number
}

/** Parameters, all of them optional. */
export type ParamOptions = { [Name in keyof Params]?: Params[Name] | undefined }

/** Parameters that override those of a case, and the text that the user wrote: `DAPR_PERF_QPS=5`, `--qps 5`. */
export interface ParamOverrides {
  /** In increasing priority: the environment, then flags. */
  sources: ParamSource[]
}

interface ParamSource {
  params: ParamOptions
  writtenAs: Partial<Record<keyof Params, string>>
}

interface Rule<T> {
  variable: string
  flag: string
  example: string
  expected: string
  /** @returns undefined if the text is invalid */
  parse(text: string): T | undefined
}

const wholeNumber = (least: number) => ({
  expected: `a whole number of at least ${least}`,
  parse: (text: string) => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
    return Number.isSafeInteger(number) && number >= least ? number : undefined
  },
})

/** The rules of each parameter, for cases, variables and flags alike. */
export const paramRules: { [Name in keyof Params]: Rule<Params[Name]> } = {
  qps: { variable: 'DAPR_PERF_QPS', flag: '--qps', example: '1000', ...wholeNumber(0) },
  arrivals: {
    variable: 'DAPR_PERF_ARRIVALS',
    flag: '--arrivals',
    example: 'uniform',
    expected: `one of ${arrivalKinds.join(', ')}`,
    parse: (text) => arrivalKinds.find((kind) => kind === text),
  },
  connections: { variable: 'DAPR_PERF_CONNECTIONS', flag: '--connections', example: '16', ...wholeNumber(1) },
  duration: {
    variable: 'DAPR_TEST_DURATION',
    flag: '--duration',
    example: '1m',
    expected: 'a positive duration',
    parse: (text) => ((parseGoDuration(text) ?? 0) > 0 ? text : undefined),
  },
  payload: {
    variable: 'DAPR_PAYLOAD',
    flag: '--payload',
    example: 'hello',
    expected: 'a string',
    parse: (text) => text,
  },
  payloadSize: {
    variable: 'DAPR_PAYLOAD_SIZE',
    flag: '--payload-size',
    example: '1024',
    ...wholeNumber(0),
  },
}
const names = Object.keys(paramRules) as (keyof Params)[]
const defaults: Params = {
  qps: 1,
  arrivals: 'bursts',
  connections: 1,
  duration: '1m',
  payload: '',
  payloadSize: 0,
}

/**
 * Reads one parameter from text.
 *
 * @param source what the user wrote before the value, for the error: `--qps `, `DAPR_PERF_QPS=`
 * @throws InputError that names source, value and an example
 */
export function parseParam<Name extends keyof Params>(
  name: Name,
  text: string,
  source: string,
): Params[Name] {
  const { parse, expected, example } = paramRules[name]
  const value = parse(text)
  if (value === undefined)
    throw new InputError(`${source}${text}: expected ${expected}, for example ${source}${example}`)
  return value
}

/**
 * The parameters set by the environment and by flags. An empty variable counts as absent.
 *
 * @param flags already parsed
 * @throws InputError if a variable is invalid
 */
export function readParamOverrides(env: NodeJS.ProcessEnv, flags: ParamOptions = {}): ParamOverrides {
  const ofEnvironment: ParamSource = { params: {}, writtenAs: {} }
  const ofFlags: ParamSource = { params: {}, writtenAs: {} }
  const set = <Name extends keyof Params>(name: Name) => {
    const { variable, flag } = paramRules[name]
    const text = env[variable]
    if (text) {
      ofEnvironment.params[name] = parseParam(name, text, `${variable}=`)
      ofEnvironment.writtenAs[name] = `${variable}=${text}`
    }
    if (flags[name] !== undefined) {
      ofFlags.params[name] = flags[name]
      ofFlags.writtenAs[name] = `${flag} ${flags[name]}`
    }
  }
  for (const name of names) set(name)
  return { sources: [ofEnvironment, ofFlags] }
}

/**
 * The parameters of a case's load: its own, overridden. payload and payloadSize come together from the source of highest
 * priority that sets either: the flag --payload-size overrides the variable DAPR_PAYLOAD. A case that sets neither sends
 * no body.
 *
 * @returns the parameters, and the overrides that don't apply to the case, as the user wrote them
 */
export function mergeParams(
  own: ParamOptions,
  { sources }: ParamOverrides,
): { params: Params; ignored: string[] } {
  const sendsBody = own.payload !== undefined || own.payloadSize !== undefined
  const params = { ...defaults }
  const ignored: string[] = []
  const ofCase: ParamSource = { params: own, writtenAs: {} }
  for (const { params: given, writtenAs } of [ofCase, ...sources]) {
    const { payload, payloadSize, ...others } = given
    Object.assign(params, withoutUndefined(others))
    if (payload === undefined && payloadSize === undefined) continue
    if (sendsBody) Object.assign(params, { payload: payload ?? '', payloadSize: payloadSize ?? 0 })
    else ignored.push(...bodyNames.flatMap((name) => writtenAs[name] ?? []))
  }
  return { params, ignored }
}

const bodyNames = ['payload', 'payloadSize'] as const

const withoutUndefined = (options: ParamOptions) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))

/** @returns the problems with a case's parameters, one line each */
export function checkParams(own: ParamOptions): string[] {
  return Object.entries(own).flatMap(([name, value]) => {
    const rule = paramRules[name as keyof Params]
    if (!rule) return [`params.${name}: unknown parameter, expected one of ${names.join(', ')}`]
    if (value === undefined) return []
    const isType = typeof value === typeof defaults[name as keyof Params]
    return isType && rule.parse(String(value)) !== undefined
      ? []
      : [`params.${name}: ${JSON.stringify(value)} is not ${rule.expected}, for example ${rule.example}`]
  })
}

/** Without what is not used: without a target rate nothing is due, whatever the arrivals. */
export function usedParams<P extends ParamOptions>(params: P): P | Omit<P, 'arrivals'> {
  const { arrivals: _, ...others } = params
  return params.qps === 0 ? others : params
}

/**
 * Calls a function in which, and in all that it starts, `Params` knows what overrides the parameters of cases. Other calls
 * at the same time, and what comes after, don't see it.
 */
export function withParamOverrides<T>(overrides: ParamOverrides, call: () => T): T {
  return current.run(overrides, call)
}

/**
 * The parameters of a load. Defaults: qps 1, arrivals bursts, connections 1, duration `1m`, no payload. DAPR_PERF_QPS,
 * DAPR_PERF_ARRIVALS, DAPR_PERF_CONNECTIONS, DAPR_TEST_DURATION, DAPR_PAYLOAD and DAPR_PAYLOAD_SIZE override `options`, as (but
 * for arrivals) in Dapr's Go suite. An empty variable counts as absent. In the functions of a case, flags such as `--qps`
 * override both.
 *
 * @param env the variables; if it is given, it alone overrides the options
 * @throws InputError if an option or a variable is invalid
 */
export function Params(options: ParamOptions = {}, env?: NodeJS.ProcessEnv): Params {
  const problems = checkParams(options)
  if (problems.length > 0) throw new InputError(problems.join('\n'))
  const overrides = (env ? undefined : current.getStore()) ?? readParamOverrides(env ?? process.env)
  return mergeParams({ payload: '', ...options }, overrides).params
}

// All copies of this package have one: a case may have a copy of its own.
const key = Symbol.for('dapr-perf.param-overrides')
const shared = globalThis as { [key]?: AsyncLocalStorage<ParamOverrides> }
shared[key] ??= new AsyncLocalStorage()
const current = shared[key]
