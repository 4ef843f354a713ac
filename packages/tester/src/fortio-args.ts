import type { TestParameters } from './test-parameters.js'

const KiB = 1024
/** The longest single argument that Linux accepts (MAX_ARG_STRLEN), including the terminating NUL. */
const longestArgument = 128 * KiB
/** fortio silently truncates longer payloads, unless -maxpayloadsizekb is raised. */
const fortioMaxPayload = 256 * KiB
/** In seconds. With fortio's default, 1 ms, fast responses all fall into one bucket. */
const histogramResolution = '0.00002'

/** The file of fortio's result, and the file of a payload that can't be an argument. */
export interface FortioFiles {
  result: string
  payload: string
}

/** Whether a payload has to be passed in a file, because execve would not accept it as an argument. */
export function needsPayloadFile({ payload }: TestParameters): boolean {
  return Buffer.byteLength(payload) >= longestArgument || payload.includes('\0')
}

/** fortio's arguments: the Go suite's, with a finer histogram and complete payloads. */
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
