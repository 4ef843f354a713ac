import { expect, it } from 'vitest'
import { sidecarRequest } from '../../src/case/sidecar-request.js'
import type { RunningApp } from '../../src/platforms/platform.js'
import { serve } from '../local-server.js'

it.each([
  ['http', 's3cret', 's3cret'],
  ['http', undefined, undefined],
  ['metrics', 's3cret', undefined],
] as const)('a request to %s of a sidecar with the token %s carries %s', async (port, apiToken, expected) => {
  const { url } = await serve((request, response) => {
    response.end(JSON.stringify([request.headers['dapr-api-token'] ?? null]))
  })
  const sidecar = { http: '', grpc: '', apiToken, acquireExternalURL: async () => url }
  const app = { name: 'tester', sidecar } as unknown as RunningApp
  const test = { apps: new Map([['tester', app]]), signal: new AbortController().signal }
  expect(JSON.parse(await sidecarRequest(test, 'tester', port, 'GET', '/'))).toEqual([expected ?? null])
})
