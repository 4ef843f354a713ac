import { DaprPerfError, InputError, InterruptedError } from '@dapr-perf/errors'
import type { Result } from 'perf-sdk'
import { expect, it } from 'vitest'
import { exitCodeOfError, exitCodeOfRun } from '../src/exit-codes.js'
import { result } from './result.js'

const end = (outcome: Result['outcome'], error?: Error) => ({
  result: { ...result, outcome },
  folder: '/x',
  ...(error && { error }),
})
const passed = end('passed')
const failed = end('failed')
const notValid = end('not valid')
const unfinished = end('error', new DaprPerfError('testapp was killed'))
const wrongInput = end('error', new InputError('no redis-server'))
const interrupted = end('interrupted', new InterruptedError('interrupted by SIGINT'))

it.each([
  ['passed', [passed, passed], 0],
  ['not valid', [passed, notValid], 3],
  ['failed', [notValid, failed, passed], 1],
  ['could not be finished', [notValid, unfinished], 1],
  ['wrong input', [failed, wrongInput, notValid], 2],
  ['interrupted', [wrongInput, failed, interrupted], 130],
])(
  'of several cases the exit code is the first of interrupted, wrong input, failed, not valid, passed: %s',
  (_, ends, code) => {
    expect(exitCodeOfRun(ends)).toBe(code)
  },
)

it.each([
  ['wrong input', wrongInput, 2],
  ['an app that died', unfinished, 1],
  ['an error that nobody expected', end('error', new TypeError('x is undefined')), 1],
  ['an interruption', interrupted, 130],
])('%s gives the same exit code for the only case of a run as for one of several', (_, one, code) => {
  expect(exitCodeOfError(one.error)).toBe(code) // a command that throws it
  expect(exitCodeOfRun([one])).toBe(code)
  expect(exitCodeOfRun([passed, one, notValid])).toBe(code)
})
