import { z } from 'zod'
import { InvalidLoadError } from './errors.js'
import { parseGoDuration } from './go-duration.js'

const httpURL = /^https?:\/\/[^\s\p{Cc}]+$/u
const redisURL = /^redis:\/\/[\w.-]+(:\d{1,5})?$/
const hostAndPort = /^(\[[\da-f:.]+\]|[\w.][\w.-]*):\d{1,5}$/i
const keysAndValues = /^[^\s\p{Cc}=,]+=[^\p{Cc},]*(,[^\s\p{Cc}=,]+=[^\p{Cc},]*)*$/u

const isHttpURL = (text: string) => httpURL.test(text) && URL.canParse(text)
const isPositiveDuration = (text: string) => (parseGoDuration(text) ?? 0) > 0

// Each check's message is only what is expected: describe() makes the sentence.
const integerFrom = (least: number) => {
  const expected = `an integer of ${least} or more`
  return z.int(expected).min(least, expected)
}
const string = (expected: string, check: (text: string) => boolean) =>
  z.string(expected).refine(check, expected)
const boolean = z.boolean('true or false')
const httpEndpoint = string('an http:// or https:// URL', isHttpURL)
const grpcEndpoint = string(
  'an http://, https:// or redis:// URL, or host:port',
  (text) => isHttpURL(text) || redisURL.test(text) || hostAndPort.test(text),
)

const dapr = string('key=value[,key=value...] or empty', (text) => text === '' || keysAndValues.test(text))

/** The targets of a load that takes several in turn. */
const variantsAt = (endpoint: typeof httpEndpoint) => {
  const list = z.array(z.object({ name: z.string().min(1), targetEndpoint: endpoint, dapr }))
  return z.custom<z.infer<typeof list>>(
    (value) => list.safeParse(value).success && (value as unknown[]).length !== 1,
    'empty, or two or more { name, targetEndpoint, dapr }, as a load has them',
  )
}

/** What a header can have: RFC 9110, but for what is neither ASCII nor visible. */
const headerName = /^[\w!#$%&'*+.^`|~-]+$/
const headerValue = /^([!-~]([ -~]*[!-~])?)?$/

const expectedHeaders = 'a list of { NAME: VALUE } for each target, which HTTP can have'
const headers = z.array(z.record(z.string().regex(headerName), z.string().regex(headerValue)))

const httpTest = z.object({
  qps: integerFrom(0),
  clientConnections: integerFrom(1),
  targetEndpoint: httpEndpoint,
  testDuration: string('a duration above zero, such as 30s or 1m30s', isPositiveDuration),
  payloadSizeKB: integerFrom(0),
  payload: z.string('a string'),
  stdClient: boolean,
  grpc: boolean,
  dapr,
  jitter: boolean,
  httpBufferKB: integerFrom(0),
  variants: variantsAt(httpEndpoint),
  arrivals: z.enum(['', 'uniform', 'poisson', 'bursts'], 'uniform, poisson, bursts or empty'),
  seed: integerFrom(0),
  headers,
})

const grpcTest = httpTest.extend({ targetEndpoint: grpcEndpoint, variants: variantsAt(grpcEndpoint) })

/** A load of several variants has their endpoints, and none of its own; only our own loop can make it. */
const withVariants = {
  targetEndpoint: z.literal('', 'empty, since the variants have their own'),
  arrivals: httpTest.shape.arrivals.exclude([''], 'uniform, poisson or bursts, since there are variants'),
}

/**
 * The Go suite's TestParameters; `jitter`; `httpBufferKB`, the most of a response, headers included, that fortio's own
 * client can read, in KiB (0 is fortio's default, 128); `arrivals`, with which our own loop makes the load in place of
 * fortio's, and sends the requests evenly spaced, at random moments that `seed` draws, or in bursts; and for one load of
 * several targets that take turns, `variants` in place of targetEndpoint and dapr. `headers` are sent with the requests to
 * each target, over gRPC as metadata; only our own loop does, and they are neither logged nor in a result. payloadSizeKB is
 * in bytes.
 */
export type TestParameters = z.infer<typeof httpTest>

const zeroValues: TestParameters = {
  qps: 0,
  clientConnections: 0,
  targetEndpoint: '',
  testDuration: '',
  payloadSizeKB: 0,
  payload: '',
  stdClient: false,
  grpc: false,
  dapr: '',
  jitter: false,
  httpBufferKB: 0,
  variants: [],
  arrivals: '',
  seed: 0,
  headers: [],
}

/**
 * Reads test parameters like Go's json.Unmarshal: absent or null fields get their zero value, unknown fields are ignored.
 *
 * @throws InvalidLoadError that names every invalid field
 */
export function parseTestParameters(json: string): TestParameters {
  const given = { ...zeroValues, ...withoutNulls(parseObject(json)) }
  const test = given.grpc === true ? grpcTest : httpTest
  const hasVariants = Array.isArray(given.variants) && given.variants.length > 0
  const { data, error } = (hasVariants ? test.extend(withVariants) : test).safeParse(given)
  if (error) throw new InvalidLoadError(describe(error, given))
  checkHeaders(data)
  return data
}

function checkHeaders({ headers, variants, arrivals }: TestParameters): void {
  if (headers.length === 0) return
  const targets = Math.max(1, variants.length)
  if (headers.length !== targets)
    throw new InvalidLoadError(`headers must be those of ${targets} targets, not of ${headers.length}`)
  if (arrivals === '') throw new InvalidLoadError('headers need arrivals: only that load sends them')
}

function parseObject(json: string): object {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    throw new InvalidLoadError((error as Error).message)
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new InvalidLoadError(`the body must be a JSON object, not ${shown(value)}`)
  }
  return value ?? {}
}

function withoutNulls(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}

function describe(error: z.ZodError, given: Record<string, unknown>): string {
  const expected = new Map(error.issues.map(({ path, message }) => [String(path[0]), message]))
  return [...expected]
    .map(([field, message]) =>
      field === 'headers' // they may be secret
        ? `headers must be ${expectedHeaders}`
        : `${field} must be ${message}, not ${shown(given[field])}`,
    )
    .join('; ')
}

function shown(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
