import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { parseGoDuration } from '@dapr-perf/tester/go-duration'
import { Agent, request } from 'undici'
import { DaprPerfError } from '../errors.js'

/** What the tester is asked for: the Go suite's TestParameters. */
export interface TestParameters {
  qps: number
  clientConnections: number
  targetEndpoint: string
  testDuration: string
  /** Bytes, whatever it is called. */
  payloadSizeKB: number
  payload: string
  stdClient?: boolean
  grpc?: boolean
  dapr?: string
}

// A load may take hours. Whoever forwards its connection forgets one that is silent for long, so the result is asked
// for again before that.
const dispatcher = new Agent({ headersTimeout: 20_000, bodyTimeout: 20_000 })
const againAfterMs = 300
/** How long nobody may answer. The tester itself ends a load that nobody has asked for during 15 s. */
const silenceMs = 30_000
/** How much longer than it should a load may take. */
const overtimeMs = 60_000

/**
 * Has the tester make one load. A connection that breaks on the way loses nothing: the result is asked for again.
 *
 * @param testerURL base URL of the tester
 * @returns fortio's result JSON, as fortio wrote it
 * @throws DaprPerfError with the tester's own words where there is no result
 */
export async function runLoad(
  testerURL: string,
  token: string,
  parameters: TestParameters,
  signal: AbortSignal,
): Promise<string> {
  const id = randomUUID()
  const headers = { authorization: `Bearer ${token}` }
  const start = () =>
    answerOf(`${testerURL}/test?id=${id}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(parameters),
      signal,
    })
  const find = () => answerOf(`${testerURL}/test/${id}`, { headers, signal })

  const begun = performance.now()
  const longestMs = (parseGoDuration(parameters.testDuration) ?? 0) * 1000 + overtimeMs
  let heard = begun
  let next = start
  while (performance.now() - begun < longestMs) {
    try {
      const { statusCode, text } = await next()
      heard = performance.now()
      if (statusCode === 200) return text
      const isUnknown = next === find && statusCode === 404 // what started it never arrived
      const isRunning = next === start && statusCode === 409 && text.includes(id) // its answer never arrived
      if (!isUnknown && !isRunning) throw new DaprPerfError(`the tester answered ${statusCode}: ${text}`)
      next = isUnknown ? start : find
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof DaprPerfError) throw error
      next = find
      if (isPatienceOver(error)) heard = performance.now()
      else if (performance.now() - heard > silenceMs) throw silent(testerURL, error as Error)
      else await pause(againAfterMs, undefined, { signal })
    }
  }
  throw new DaprPerfError(
    `the tester at ${testerURL} has no result ${overtimeMs / 1000} s after the load should have ended`,
  )
}

async function answerOf(url: string, options: Parameters<typeof request>[1]) {
  const { statusCode, body } = await request(url, { ...options, dispatcher })
  return { statusCode, text: await body.text() }
}

/** The connection stands: only the answer takes its time. */
const isPatienceOver = (error: unknown) => (error as NodeJS.ErrnoException).code === 'UND_ERR_HEADERS_TIMEOUT'

const silent = (testerURL: string, error: Error) =>
  new DaprPerfError(`the tester at ${testerURL} did not answer for ${silenceMs / 1000} s: ${error.message}`, {
    cause: error,
  })
