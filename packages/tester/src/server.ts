import { setImmediate } from 'node:timers/promises'
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyServerOptions,
  LogController,
} from 'fastify'
import { requireToken } from './bearer-token.js'
import { InvalidTestError } from './errors.js'
import type { LoadTest } from './load-test.js'
import { TestDesk } from './test-desk.js'
import { parseTestParameters } from './test-parameters.js'

const bodyLimit = 64 * 1024 * 1024
const idPattern = /^[\w-]{1,64}$/

// Dapr asks an app for its subscriptions at this path (https://docs.dapr.io/reference/api/pubsub_api).
const subscribeRoute = '/dapr/subscribe'
const eventRoute = '/event'
const publicRoutes = ['/', subscribeRoute, eventRoute]

export interface Subscription {
  pubsubname: string
  topic: string
}

export interface TesterOptions {
  /** What callers must present as a bearer token; everyone may call without it. */
  token?: string | undefined
  /** How long, in ms, a test with an id goes on without a caller. */
  patience?: number
  /** How long, in ms, the result of the last test is kept. */
  keepResult?: number
  /** What the sidecar is told to deliver here, where a case wants to see that events arrive; nothing otherwise. */
  subscription?: Subscription | undefined
  logger?: NonNullable<FastifyServerOptions['logger']>
}

/** The tester, not yet listening. */
export function buildServer(options: TesterOptions = {}): FastifyInstance {
  const { token, patience = 15_000, keepResult = 15 * 60_000, logger = false } = options
  const app = fastify({
    bodyLimit,
    logger,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    // A connection is silent for as long as its load takes: probes tell a caller who vanished, and keep
    // routers on the way from forgetting it.
    http: { keepAlive: true, keepAliveInitialDelay: 30_000 },
  })
  const desk = new TestDesk(app.log, { patience, keepResult })

  takeAnyBodyAsText(app)
  app.setErrorHandler(answerError)
  if (token) app.addHook('onRequest', requireToken(token, publicRoutes))
  app.addHook('preClose', async () => {
    await desk.close()
    // The callers are told before their connections are closed.
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
    return answerResult(desk.start(parameters, id), reply)
  })

  app.get<{ Params: { id: string } }>('/test/:id', (request, reply) =>
    answerResult(desk.find(request.params.id), reply),
  )

  return app
}

async function answerResult(test: LoadTest, reply: FastifyReply) {
  test.addCaller(reply.raw)
  const result = await test.result
  return reply.header('content-type', 'application/json').send(result)
}

function checkId(id: unknown): string | undefined {
  if (id === undefined || (typeof id === 'string' && idPattern.test(id))) return id
  throw new InvalidTestError(`id must be 1 to 64 letters, digits, _ or -, not ${JSON.stringify(id)}`)
}

/** Whatever type the request names, or none, or one that is no type. */
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
