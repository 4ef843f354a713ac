import { describe, expect, it } from 'vitest'
import { connectionError, isNotFound, isTransient, responseError } from '../src/errors.js'

const answer = (code: number, message: string, reason = '') =>
  responseError(code, JSON.stringify({ kind: 'Status', code, message, reason }), 'my-context')

describe('an error of the API server', () => {
  it.each([
    [404, 'namespaces "dapr-tests" not found', 'create-test-namespace'],
    [403, 'pods "a" is forbidden: exceeded quota: small, requested: cpu=2', 'quota'],
    [
      403,
      'pods is forbidden: User "a" cannot list resource "pods" in API group ""',
      'docs/kubernetes-rights.yaml',
    ],
    [401, 'Unauthorized', 'log in to the cluster again'],
    [500, 'Internal error occurred: failed calling webhook "sidecar-injector.dapr.io"', 'mutatingwebhook'],
  ])('%i "%s" is one line with its message and what to do', (code, message, advice) => {
    const { message: text } = answer(code, message)
    expect(text).toContain(message)
    expect(text).toContain(advice)
    expect(text).not.toContain('\n')
  })

  it('is known by its status', () => {
    expect(isNotFound(answer(404, 'pods "a" not found'))).toBe(true)
    expect(isTransient(answer(503, 'etcdserver: leader changed'))).toBe(true)
    expect(isTransient(answer(403, 'forbidden'))).toBe(false)
  })
})

it('a connection error names the cluster, and asks whether it runs', () => {
  const error = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' })
  const { message } = connectionError(error, 'https://127.0.0.1:1', 'my-context')
  expect(message).toContain("my-context (https://127.0.0.1:1) doesn't answer: ECONNREFUSED. Is it running")
})
