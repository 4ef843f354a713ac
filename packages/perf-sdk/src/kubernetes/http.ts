import {
  type HttpLibrary,
  IsomorphicFetchHttpLibrary,
  type RequestContext,
  type ResponseContext,
  wrapHttpLibrary,
} from '@kubernetes/client-node'
import { explainAnswer, explainSilence } from './errors.js'

const answerWithinMs = 30_000

/** The client's HTTP, whose errors say what to do, and which waits for no answer longer than 30 s. */
export function explainingHttp(server: string, context: string): HttpLibrary {
  const plain = new IsomorphicFetchHttpLibrary()
  return wrapHttpLibrary({
    async send(request: RequestContext): Promise<ResponseContext> {
      const late = AbortSignal.timeout(answerWithinMs)
      request.setSignal(late)
      const response = await plain
        .send(request)
        .toPromise()
        .catch((cause: Error) => {
          const error = late.aborted
            ? new Error(`no answer within ${answerWithinMs / 1000} s`, { cause })
            : cause
          throw explainSilence(error, server, context)
        })
      if (response.httpStatusCode < 400) return response
      throw explainAnswer(response.httpStatusCode, await response.body.text(), context)
    },
  })
}
