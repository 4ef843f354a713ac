import { setImmediate } from 'node:timers/promises'
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyServerOptions,
  LogController,
} from 'fastify'
import { requireToken } from './bearer-token.js'
import { InvalidLoadError } from './errors.js'
import { LoadSlot } from './load-slot.js'
import { checkOpenFiles } from './open-files.js'
import type { RunningLoad } from './running-load.js'
import { parseTestParameters } from './test-parameters.js'

const bodyLimit = 64 * 1024 * 1024
const idPattern = /^[\w-]{1,64}$/

// Dapr reads an app's subscriptions from this path (https://docs.dapr.io/reference/api/pubsub_api).
const subscribeRoute = '/dapr/subscribe'
const eventRoute = '/event'
const publicRoutes = ['/', subscribeRoute, eventRoute]

/** How many requests of a load were sent late, which fortio's result JSON doesn't say. */
const lateSendsHeader = 'fortio-late-sends'
/** fortio's warnings, a JSON array that is percent-encoded. */
const warningsHeader = 'fortio-warnings'

export interface Subscription {
  pubsubname: string
  topic: string
}

export interface TesterOptions {
  /** The bearer token that callers need; none by default. */
  token?: string | undefined
  /** How long, in ms, a load with an id continues without a caller; 15 s by default. */
  gracePeriod?: number
  /** How long, in ms, the result of the last load is kept; 15 min by default. */
  keepResult?: number
  /** A topic to subscribe to, for cases that check the delivery of events; none by default. */
  subscription?: Subscription | undefined
  logger?: NonNullable<FastifyServerOptions['logger']>
}

/** The tester, not yet listening. */
export function buildServer(options: TesterOptions = {}): FastifyInstance {
  const { token, gracePeriod = 15_000, keepResult = 15 * 60_000, logger = false } = options
  const app = fastify({
    bodyLimit,
    logger,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    // A connection is idle while its load runs: TCP keep-alive detects callers that are gone, and prevents
    // load balancers from dropping it.
    http: { keepAlive: true, keepAliveInitialDelay: 30_000 },
  })
  const slot = new LoadSlot(app.log, { gracePeriod, keepResult })

  takeAnyBodyAsText(app)
  app.setErrorHandler(answerError)
  if (token) app.addHook('onRequest', requireToken(token, publicRoutes))
  app.addHook('preClose', async () => {
    await slot.close()
    // Lets the responses go out before the connections are closed.
    await setImmediate()
  })

  app.get('/', async () => 'ok')
  app.get(subscribeRoute, async () =>
    options.subscription ? [{ ...options.subscription, route: eventRoute }] : [],
  )
  app.post(eventRoute, async () => ({ status: 'SUCCESS' }))

  app.post<{ Querystring: { id?: string } }>('/test', (request, reply) => {
    const id = checkId(request.query.id)
    const parameters = parseTestParameters((request.body as string | undefined) ?? '')
    checkOpenFiles(parameters.clientConnections * Math.max(1, parameters.variants.length))
    return answerOutput(slot.start(parameters, id), reply)
  })

  app.get<{ Params: { id: string } }>('/test/:id', (request, reply) =>
    answerOutput(slot.find(request.params.id), reply),
  )

  return app
}

async function answerOutput(load: RunningLoad, reply: FastifyReply) {
  load.addCaller(reply.raw)
  const { result, lateSends, warnings = [] } = await load.output
  if (lateSends) reply.header(lateSendsHeader, JSON.stringify(lateSends))
  if (warnings.length > 0) reply.header(warningsHeader, encodeURIComponent(JSON.stringify(warnings)))
  return reply.header('content-type', 'application/json').send(result)
}

function checkId(id: unknown): string | undefined {
  if (id === undefined || (typeof id === 'string' && idPattern.test(id))) return id
  throw new InvalidLoadError(`id must be 1 to 64 letters, digits, _ or -, not ${JSON.stringify(id)}`)
}

/** Whatever the request's content type, also if it is missing or invalid. */
function takeAnyBodyAsText(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ headers }) => {
    delete headers['content-type']
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
    body.toString(),
  )
}

function answerError(error: FastifyError, _request: unknown, reply: FastifyReply) {
  const fromBody = error.code?.startsWith('FST_ERR_CTP')
  return reply
    .status(error.statusCode ?? 500)
    .type('text/plain')
    .send(fromBody ? `error reading request body: ${error.message}` : error.message)
}
