import { DaprPerfError, VariantError } from '@dapr-perf/errors'
import type {
  EngineResult,
  LoadEngine,
  LoadRequest,
  MixedLoadRequest,
  MixedLoadResult,
} from '../load-engine.js'
import { parseFortioResult, parseMixedResult } from './fortio-result.js'
import { renderTarget } from './render-target.js'
import { runLoad, type Tester, type TestParameters } from './tester-client.js'

/** fortio, run by the tester. */
export class FortioEngine implements LoadEngine {
  constructor(private readonly tester: Tester) {}

  async run(load: LoadRequest, signal: AbortSignal): Promise<EngineResult> {
    const parameters = {
      ...parametersOf(load),
      ...renderTarget(load.target, load),
      ...headersOf([load.headers]),
    }
    const { text, warnings } = await runLoad(this.tester, parameters, load.seconds, signal)
    return { target: load.target, ...parseFortioResult(text, load), ...(warnings && { warnings }), raw: text }
  }

  async runMixed(load: MixedLoadRequest, signal: AbortSignal): Promise<MixedLoadResult> {
    const { targets } = load
    const rendered = Object.entries(targets).map(([name, target]) => ({
      name,
      ...renderTarget(target, load),
    }))
    const [{ name: _, targetEndpoint: __, dapr: ___, ...common } = { name: '', targetEndpoint: '' }] =
      rendered
    const variants = rendered.map(({ name, targetEndpoint, dapr = '' }) => ({ name, targetEndpoint, dapr }))
    const headers = headersOf(variants.map(({ name }) => load.headers?.[name]))
    const parameters = { ...parametersOf(load), ...common, targetEndpoint: '', variants, ...headers }
    const { text, warnings } = await runLoad(this.tester, parameters, mixedSeconds(load), signal).catch(
      (error) => {
        throw ofVariant(error, Object.keys(targets))
      },
    )
    const mixed = parseMixedResult(text, load)
    for (const [name, result] of Object.entries(mixed.results)) {
      result.target = targets[name]
      if (warnings) result.warnings = warnings
    }
    return mixed
  }
}

/** How long a mixed load lasts, in seconds: fortio's extension makes 10 cycles at least. */
export function mixedSeconds({ targets, rate, connections, seconds }: MixedLoadRequest): number {
  const slice = rate > 0 ? connections / rate : 0.1
  return Math.max(seconds, 10 * 2 * Object.keys(targets).length * slice)
}

/** An error of fortio's extension is that of the variant whose first request did not succeed. */
function ofVariant(error: unknown, variants: string[]): unknown {
  if (!(error instanceof DaprPerfError)) return error
  const variant = variants.find((name) => error.message.includes(`the first request to ${name}, `))
  return variant ? new VariantError(variant, error.message, { cause: error }) : error
}

/** @param ofTargets in the order of the targets */
function headersOf(ofTargets: LoadRequest['headers'][]): Pick<TestParameters, 'headers'> {
  const headers = ofTargets.map((one) => one ?? {})
  return headers.some((one) => Object.keys(one).length > 0) ? { headers } : {}
}

function parametersOf(load: Omit<LoadRequest, 'target' | 'headers'>): Omit<TestParameters, 'targetEndpoint'> {
  const { rate, arrivals, seed, connections, seconds, payload, payloadSize, responseBytes = 0 } = load
  return {
    qps: rate,
    arrivals,
    seed,
    payload,
    payloadSizeKB: payloadSize,
    clientConnections: connections,
    testDuration: formatGoDuration(seconds),
    // fortio's own client reads responses into a buffer of fixed size; Go's reads any.
    ...(responseBytes === 'unknown' ? { stdClient: true } : { httpBufferKB: bufferFor(responseBytes) }),
  }
}

/** Formats a duration for Go, in whole milliseconds. */
const formatGoDuration = (seconds: number) => `${Math.max(1, Math.round(seconds * 1000))}ms`

/** A buffer for responses of up to twice that size, and their headers, in KiB; 0 if fortio's default, 128, is enough. */
function bufferFor(responseBytes: number): number {
  return responseBytes > 48 * 1024 ? Math.ceil((2 * responseBytes) / 1024) + 32 : 0
}
