import { createServer, METHODS, type Server } from 'node:http'
import fastify, { type FastifyInstance } from 'fastify'
import { PlainRequests } from './plain-requests.js'

const anyType = 'application/octet-stream'
export const maxBodyBytes = 16 * 1024 * 1024

/** The app that is called: `/test` responds to any request with 200 and no body. */
export function buildServer(): FastifyInstance {
  const plainRequests = new PlainRequests('/test', maxBodyBytes)
  const app = fastify({
    bodyLimit: maxBodyBytes,
    forceCloseConnections: true,
    serverFactory: (handler): Server => {
      // A sidecar keeps its connections while it has no requests. Closed after a while, as Node does by default, one could
      // meet the next request.
      const server = createServer({ keepAliveTimeout: 0 }, handler)
      plainRequests.serveFirst(server)
      return server
    },
  })
  app.addHook('preClose', async () => plainRequests.close())

  for (const method of METHODS.filter((name) => name !== 'CONNECT' && !app.supportedMethods.includes(name))) {
    app.addHttpMethod(method, { hasBody: true })
  }
  app.addHook('onRequest', async (request) => {
    request.headers['content-type'] = anyType // accept any content type, or none
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(anyType, { parseAs: 'buffer' }, async () => undefined)

  app.all('/test', (_request, reply) => reply.send())
  app.get('/healthz', (_request, reply) => reply.send())
  return app
}
