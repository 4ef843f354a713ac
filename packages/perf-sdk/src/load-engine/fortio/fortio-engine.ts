import type { LoadEngine, LoadRequest, LoadResult } from '../load-engine.js'
import { parseFortioResult } from './fortio-result.js'
import { renderTarget } from './render-target.js'
import { runLoad, type Tester } from './tester-client.js'

/** fortio, run by the tester. */
export class FortioEngine implements LoadEngine {
  constructor(private readonly tester: Tester) {}

  async run(load: LoadRequest, signal: AbortSignal): Promise<LoadResult> {
    const { rate, connections, seconds, payload, payloadSize } = load
    const { text, late } = await runLoad(
      this.tester,
      {
        qps: rate,
        payload,
        payloadSizeKB: payloadSize,
        ...renderTarget(load),
        clientConnections: connections,
        testDuration: formatGoDuration(seconds),
      },
      signal,
    )
    return parseFortioResult(text, load, late)
  }
}

/** Formats a duration for Go, in whole milliseconds. */
const formatGoDuration = (seconds: number) => `${Math.max(1, Math.round(seconds * 1000))}ms`
