import type { LoadEngine, LoadRequest, LoadResult } from '../load-engine.js'
import { parseFortioResult } from './fortio-result.js'
import { renderTarget } from './render-target.js'
import { runLoad, type Tester } from './tester-client.js'

/** fortio, run by the tester. */
export class FortioEngine implements LoadEngine {
  constructor(private readonly tester: Tester) {}

  async run(load: LoadRequest, signal: AbortSignal): Promise<LoadResult> {
    const { rate, connections, seconds, payload, payloadSize, responseBytes = 0 } = load
    const { text, late, warnings } = await runLoad(
      this.tester,
      {
        qps: rate,
        payload,
        payloadSizeKB: payloadSize,
        ...renderTarget(load),
        clientConnections: connections,
        testDuration: formatGoDuration(seconds),
        // fortio's own client reads responses into a buffer of fixed size; Go's reads any.
        ...(responseBytes === 'unknown' ? { stdClient: true } : { httpBufferKB: bufferFor(responseBytes) }),
      },
      signal,
    )
    return { ...parseFortioResult(text, load, late), ...(warnings && { warnings }) }
  }
}

/** Formats a duration for Go, in whole milliseconds. */
const formatGoDuration = (seconds: number) => `${Math.max(1, Math.round(seconds * 1000))}ms`

/** A buffer for responses of up to twice that size, and their headers, in KiB; 0 if fortio's default, 128, is enough. */
function bufferFor(responseBytes: number): number {
  return responseBytes > 48 * 1024 ? Math.ceil((2 * responseBytes) / 1024) + 32 : 0
}
