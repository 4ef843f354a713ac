import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { DaprPerfError, InputError, withTimeout } from '@dapr-perf/errors'
import { Agent, errors, request } from 'undici'
import { z } from 'zod'
import type { Arrivals } from '../../description/arrivals.js'

/** How this process reaches the tester. */
export interface Tester {
  /** Base URL. */
  url: string
  /** Its bearer token. */
  token: string
}

/** The body of a request to the tester: the Go suite's TestParameters, and more. */
export interface TestParameters {
  qps: number
  clientConnections: number
  targetEndpoint: string
  testDuration: string
  /** Bytes, despite the name. */
  payloadSizeKB: number
  payload: string
  grpc?: boolean
  dapr?: string
  /** Whether Go's HTTP client makes the requests, not fortio's own, faster one. */
  stdClient?: boolean
  /** KiB. */
  httpBufferKB?: number
  /** The targets of one load that takes them in turn, in place of targetEndpoint and dapr. */
  variants?: { name: string; targetEndpoint: string; dapr: string }[]
  /** When requests are due; with it our own loop makes the load, in place of fortio's. */
  arrivals?: Arrivals
  /** Draws random moments. */
  seed?: number
  /** Of the requests to each target. */
  headers?: Record<string, string>[]
}

const dispatcher = new Agent()

/** Times in milliseconds. */
export const testerTimes = {
  retryAfter: 300,
  /**
   * How long a request may wait for its response until the tester is asked whether it is alive, and then for the result
   * again: a load may take hours, and load balancers and proxies drop connections that are idle for long.
   */
  response: 20_000,
  /** How long the tester may not respond to anything. It stops a load itself after 15 s without a caller. */
  unresponsive: 30_000,
  /** How much longer than its duration a load may take. */
  overtime: 60_000,
}

/** What comes of a load. */
interface LoadOutput {
  text: string
  warnings?: string[]
}

/**
 * Makes one load with the tester. If the connection breaks, nothing is lost: the result is requested again. A tester that
 * does not respond, for instance because its process is stopped, is given up, however long the load lasts.
 *
 * @param seconds how long the load lasts
 * @returns fortio's result JSON, unchanged, and the first warnings
 * @throws DaprPerfError with the tester's own message if there is no result, or if its answer can't be read; InputError if
 * it refuses the parameters
 */
export async function runLoad(
  { url, token }: Tester,
  parameters: TestParameters,
  seconds: number,
  signal: AbortSignal,
  times = testerTimes,
): Promise<LoadOutput> {
  const id = randomUUID()
  const headers = { authorization: `Bearer ${token}` }
  const start = (within: number) =>
    answerOf(`${url}/test?id=${id}`, within, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(parameters),
      signal,
    })
  const find = (within: number) => answerOf(`${url}/test/${id}`, within, { headers, signal })

  const started = performance.now()
  const longest = seconds * 1000 + times.overtime
  let lastAnswer = started
  /** How long the next response may take. */
  const untilUnresponsive = () => Math.max(1, lastAnswer + times.unresponsive - performance.now())
  let next = start
  while (performance.now() - started < longest) {
    try {
      const { statusCode, ...output } = await next(Math.min(times.response, untilUnresponsive()))
      lastAnswer = performance.now()
      const { text } = output
      if (statusCode === 200) return output
      if (statusCode === 400) throw new InputError(`the tester refuses the load: ${text}`)
      const isUnknown = next === find && statusCode === 404 // the start request never arrived
      const isRunning = next === start && statusCode === 409 && text.includes(id) // its response never arrived
      if (!isUnknown && !isRunning) throw new DaprPerfError(`the tester answered ${statusCode}: ${text}`)
      next = isUnknown ? start : find
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof DaprPerfError) throw error
      if (!isOfConnection(error)) throw unreadable(url, error as Error)
      next = find
      const alive = await isAlive(url, untilUnresponsive(), signal)
      if (alive) lastAnswer = performance.now()
      else if (performance.now() - lastAnswer > times.unresponsive)
        throw unresponsive(url, times.unresponsive, error as Error)
      if (!alive || !isLate(error)) await pause(times.retryAfter, undefined, { signal })
    }
  }
  throw new DaprPerfError(
    `the tester at ${url} has no result ${times.overtime / 1000} s after the load should have ended`,
  )
}

/** @param within how long, in ms, each part of the response may take */
async function answerOf(url: string, within: number, options: Parameters<typeof request>[1]) {
  const times = { headersTimeout: within, bodyTimeout: within }
  const { statusCode, headers, body } = await request(url, { ...options, ...times, dispatcher })
  const text = await body.text()
  const warnings = headers['fortio-warnings']
  return { statusCode, text, ...(warnings !== undefined && { warnings: readWarnings(warnings) }) }
}

const warningsHeader = z.array(z.string())

function readWarnings(header: string | string[]): string[] {
  try {
    return warningsHeader.parse(JSON.parse(decodeURIComponent(String(header))))
  } catch (cause) {
    throw new DaprPerfError(
      `the tester's header fortio-warnings is not a percent-encoded JSON array of texts: ${String(header).slice(0, 100)}`,
      { cause },
    )
  }
}

/** Whether the tester answers anything at all, soon enough. */
async function isAlive(url: string, withinMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    return await withTimeout(withinMs, signal, async (stop) => {
      const { statusCode, body } = await request(url, { dispatcher, signal: stop })
      await body.dump()
      return statusCode === 200 // a proxy answers for a tester that doesn't with another one
    })
  } catch {
    signal.throwIfAborted()
    return false
  }
}

/** The response takes long: the load may still run, or the tester may be stopped. */
const isLate = (error: unknown) => (error as NodeJS.ErrnoException).code === 'UND_ERR_HEADERS_TIMEOUT'

/** Whether the same request may succeed later. An answer that is no HTTP, or an error of this program, would be the same again. */
function isOfConnection(error: unknown): boolean {
  if (error instanceof errors.HTTPParserError) return error.message.includes('EOF') // it broke within a response
  if (error instanceof errors.HeadersOverflowError || error instanceof errors.InvalidArgumentError)
    return false
  return (error as NodeJS.ErrnoException).code !== undefined
}

const unreadable = (url: string, error: Error) =>
  new DaprPerfError(`what the tester at ${url} answers can't be read: ${error.message}`, { cause: error })

const unresponsive = (url: string, ms: number, error: Error) =>
  new DaprPerfError(`the tester at ${url} did not answer for ${ms / 1000} s: ${error.message}`, {
    cause: error,
  })
