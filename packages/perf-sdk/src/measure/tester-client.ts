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

// An answer comes when the load has ended, which may take hours.
const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0 })

/**
 * Has the tester make one load.
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
  const { statusCode, body } = await request(`${testerURL}/test`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(parameters),
    dispatcher,
    signal,
  }).catch((error: Error) => {
    signal.throwIfAborted()
    throw new DaprPerfError(`the tester at ${testerURL} did not answer: ${error.message}`, { cause: error })
  })
  const text = await body.text()
  if (statusCode !== 200) throw new DaprPerfError(`the tester answered ${statusCode}: ${text}`)
  return text
}
