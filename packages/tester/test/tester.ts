import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { buildServer, type TesterOptions } from '../src/server.js'
import type { TestParameters } from '../src/test-parameters.js'

/** A tester of this process that listens on a port of its own, until the test is finished. */
export async function startTester(options?: TesterOptions) {
  const app = buildServer(options)
  onTestFinished(() => app.close())
  await app.listen({ port: 0, host: '127.0.0.1' })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  return { app, url, ...testerClient(url) }
}

/** Calls to the tester at that URL. */
export function testerClient(url: string) {
  return {
    /** POST /test: `query` is `?id=ID` or nothing. */
    post: (parameters: unknown, { query = '', ...init }: RequestInit & { query?: string } = {}) =>
      fetch(`${url}/test${query}`, {
        method: 'POST',
        body: typeof parameters === 'string' ? parameters : JSON.stringify(parameters),
        ...init,
      }),
    get: (path: string, init?: RequestInit) => fetch(`${url}${path}`, init),
  }
}

/** A load that is over at once. */
export const shortLoad = (targetEndpoint: string, others: Partial<TestParameters> = {}) => ({
  qps: 50,
  clientConnections: 2,
  testDuration: '200ms',
  targetEndpoint,
  ...others,
})

/** A load that is only over when it's stopped. */
export const longLoad = (targetEndpoint: string) => shortLoad(targetEndpoint, { testDuration: '1h' })
