import {
  type HttpLibrary,
  IsomorphicFetchHttpLibrary,
  type RequestContext,
  type ResponseContext,
  wrapHttpLibrary,
} from '@kubernetes/client-node'
import { connectionError, responseError } from './errors.js'

const timeoutMs = 30_000

/** The client's HTTP library with a timeout of 30 s, and with errors that say what to do. */
export function createHttp(route: string, context: string): HttpLibrary {
  const plain = new IsomorphicFetchHttpLibrary()
  return wrapHttpLibrary({
    async send(request: RequestContext): Promise<ResponseContext> {
      const timeout = AbortSignal.timeout(timeoutMs)
      request.setSignal(timeout)
      const response = await plain
        .send(request)
        .toPromise()
        .catch((cause: Error) => {
          const error = timeout.aborted
            ? new Error(`no answer within ${timeoutMs / 1000} s`, { cause })
            : cause
          throw connectionError(error, route, context)
        })
      if (response.httpStatusCode < 400) return response
      throw responseError(response.httpStatusCode, await response.body.text(), context)
    },
  })
}
