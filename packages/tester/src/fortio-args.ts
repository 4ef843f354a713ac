import type { TestParameters } from './test-parameters.js'

const KiB = 1024
/** The longest single argument that Linux accepts (MAX_ARG_STRLEN), including the terminating NUL. */
const longestArgument = 128 * KiB
/** fortio silently truncates longer payloads, unless -maxpayloadsizekb is raised. */
const fortioMaxPayload = 256 * KiB
/**
 * In seconds; the histogram's buckets are fine up to 1000 times this. With fortio's default, 1 ms, fast responses all fall
 * into one bucket, and with that of requests so does doing nothing, which takes less than 1 µs.
 */
const resolutions = { request: '0.00002', noop: '0.0000001' }

/** The file of fortio's result, and the files of what can't be an argument: a large payload, and headers, which may be secret. */
export interface FortioFiles {
  result: string
  payload: string
  headers: string
}

/** Whether a payload has to be passed in a file, because execve would not accept it as an argument. */
export function needsPayloadFile({ payload }: TestParameters): boolean {
  return Buffer.byteLength(payload) >= longestArgument || payload.includes('\0')
}

/**
 * fortio's arguments: the Go suite's, with a finer histogram and complete payloads. Our own loop, which `arrivals` chooses,
 * has fine histograms by itself.
 */
export function fortioArgs(parameters: TestParameters, files: FortioFiles): string[] {
  const { qps, clientConnections, testDuration, stdClient, grpc, dapr, jitter, httpBufferKB, arrivals } =
    parameters
  const isNoop = dapr.split(',').includes('target=noop')
  return [
    'load',
    ...['-json', files.result],
    ...(arrivals ? [] : ['-r', isNoop ? resolutions.noop : resolutions.request]),
    ...['-qps', `${qps}`],
    ...['-c', `${clientConnections}`],
    ...['-t', testDuration],
    ...payloadArgs(parameters, files),
    ...(stdClient ? ['-stdclient'] : []),
    ...(grpc ? ['-grpc'] : []),
    ...(jitter ? ['-jitter'] : []),
    ...(httpBufferKB ? ['-httpbufferkb', `${httpBufferKB}`] : []),
    ...(parameters.headers.length > 0 ? ['-headers', files.headers] : []),
    ...targetArgs(parameters),
  ]
}

function targetArgs({ targetEndpoint, dapr, variants, arrivals, seed }: TestParameters): string[] {
  const loopArgs = arrivals ? ['-arrivals', arrivals, '-seed', `${seed}`] : []
  if (variants.length === 0) return [...loopArgs, ...(dapr ? ['-dapr', dapr] : []), targetEndpoint]
  const list = variants.map(({ name, targetEndpoint: url, dapr }) => ({ name, url, dapr }))
  return [...loopArgs, '-variants', JSON.stringify(list)]
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
