import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { DaprPerfError, InputError } from '@dapr-perf/errors'
import { Agent, request } from 'undici'
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

// A load may take hours. Load balancers and proxies drop connections that are idle for long, so the result is requested
// again before that.
const dispatcher = new Agent({ headersTimeout: 20_000, bodyTimeout: 20_000 })

/** Times in milliseconds. */
export const testerTimes = {
  retryAfter: 300,
  /** How long the tester may not respond. It stops a load itself after 15 s without a caller. */
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
 * Makes one load with the tester. If the connection breaks, nothing is lost: the result is requested again.
 *
 * @param seconds how long the load lasts
 * @returns fortio's result JSON, unchanged, and the first warnings
 * @throws DaprPerfError with the tester's own message if there is no result, InputError if it refuses the parameters
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
  const start = () =>
    answerOf(`${url}/test?id=${id}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(parameters),
      signal,
    })
  const find = () => answerOf(`${url}/test/${id}`, { headers, signal })

  const started = performance.now()
  const longest = seconds * 1000 + times.overtime
  let lastAnswer = started
  let next = start
  while (performance.now() - started < longest) {
    try {
      const { statusCode, ...output } = await next()
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
      next = find
      if (isStillRunning(error)) lastAnswer = performance.now()
      else if (performance.now() - lastAnswer > times.unresponsive)
        throw unresponsive(url, times.unresponsive, error as Error)
      else await pause(times.retryAfter, undefined, { signal })
    }
  }
  throw new DaprPerfError(
    `the tester at ${url} has no result ${times.overtime / 1000} s after the load should have ended`,
  )
}

async function answerOf(url: string, options: Parameters<typeof request>[1]) {
  const { statusCode, headers, body } = await request(url, { ...options, dispatcher })
  const text = await body.text()
  const warnings = headers['fortio-warnings']
  return {
    statusCode,
    text,
    ...(typeof warnings === 'string' && { warnings: JSON.parse(decodeURIComponent(warnings)) as string[] }),
  }
}

/** The connection is fine, only the response takes long. */
const isStillRunning = (error: unknown) => (error as NodeJS.ErrnoException).code === 'UND_ERR_HEADERS_TIMEOUT'

const unresponsive = (url: string, ms: number, error: Error) =>
  new DaprPerfError(`the tester at ${url} did not answer for ${ms / 1000} s: ${error.message}`, {
    cause: error,
  })
