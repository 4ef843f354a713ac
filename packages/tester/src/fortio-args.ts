import type { TestParameters } from './test-parameters.js'

const KiB = 1024
/** What Linux takes as one argument, its closing NUL included. */
const longestArgument = 128 * KiB
/** What fortio sends, unless it's told otherwise, before it cuts a payload without a word. */
const fortioMaxPayload = 256 * KiB
/** In seconds. With fortio's own, 1 ms, percentiles of fast answers are guesses inside one bucket. */
const histogramResolution = '0.00002'

/** Where fortio writes its result, and where it reads a payload that can't be an argument. */
export interface FortioFiles {
  result: string
  payload: string
}

/** Whether a payload has to go through a file, because execve would not take it as an argument. */
export function needsPayloadFile({ payload }: TestParameters): boolean {
  return Buffer.byteLength(payload) >= longestArgument || payload.includes('\0')
}

/** The arguments that have fortio make the load: the Go suite's, with finer percentiles and uncut payloads. */
export function fortioArgs(parameters: TestParameters, files: FortioFiles): string[] {
  const { qps, clientConnections, testDuration, stdClient, grpc, dapr, jitter, targetEndpoint } = parameters
  return [
    'load',
    ...['-json', files.result],
    ...['-r', histogramResolution],
    ...['-qps', `${qps}`],
    ...['-c', `${clientConnections}`],
    ...['-t', testDuration],
    ...payloadArgs(parameters, files),
    ...(stdClient ? ['-stdclient'] : []),
    ...(grpc ? ['-grpc'] : []),
    ...(dapr ? ['-dapr', dapr] : []),
    ...(jitter ? ['-jitter'] : []),
    targetEndpoint,
  ]
}

function payloadArgs(parameters: TestParameters, files: FortioFiles): string[] {
  const { payload, payloadSizeKB } = parameters
  if (payload === '') return ['-payload-size', `${payloadSizeKB}`, ...maxPayloadArgs(payloadSizeKB)]
  return [
    ...['-content-type', 'application/json'],
    ...(needsPayloadFile(parameters) ? ['-payload-file', files.payload] : ['-payload', payload]),
    ...maxPayloadArgs(Buffer.byteLength(payload)),
  ]
}

function maxPayloadArgs(bytes: number): string[] {
  return bytes > fortioMaxPayload ? ['-maxpayloadsizekb', `${Math.ceil(bytes / KiB)}`] : []
}
