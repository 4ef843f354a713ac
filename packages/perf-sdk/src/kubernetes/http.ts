import {
  type HttpLibrary,
  IsomorphicFetchHttpLibrary,
  type RequestContext,
  type ResponseContext,
  wrapHttpLibrary,
} from '@kubernetes/client-node'
import { explainAnswer, explainSilence } from './errors.js'

/** The client's HTTP, whose errors say what to do. */
export function explainingHttp(server: string, context: string): HttpLibrary {
  const plain = new IsomorphicFetchHttpLibrary()
  return wrapHttpLibrary({
    async send(request: RequestContext): Promise<ResponseContext> {
      const response = await plain
        .send(request)
        .toPromise()
        .catch((error: Error) => {
          throw explainSilence(error, server, context)
        })
      if (response.httpStatusCode < 400) return response
      throw explainAnswer(response.httpStatusCode, await response.body.text(), context)
    },
  })
}
