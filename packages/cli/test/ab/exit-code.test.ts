import { BuildError } from '@dapr-perf/dapr'
import { DaprPerfError, InputError, InterruptedError, VariantError } from '@dapr-perf/errors'
import type { AbOutcome, AbResult, CaseEnd } from 'perf-sdk/runner'
import { expect, it } from 'vitest'
import { bisectExitCode, errorExitCode, exitCodeOf } from '../../src/ab/exit-code.js'

const end = (outcome: AbOutcome, error?: Error) => ({ result: { outcome }, error }) as CaseEnd<AbResult>
const died = (variant: string) => end('error', new VariantError(variant, 'it ended'))

it.each<[CaseEnd<AbResult>[], number, number]>([
  [[end('not slower')], 0, 0],
  [[end('slower')], 1, 1],
  [[end("can't tell")], 3, 125],
  [[died('b')], 4, 125],
  [[died('a')], 4, 128],
  [[end('error', new DaprPerfError('disk full'))], 4, 128],
  [[end('error', new InputError('--max-time is too short'))], 2, 128],
  [[end('not slower'), end("can't tell")], 3, 125],
  [[end("can't tell"), died('b')], 4, 125],
  [[died('b'), end('slower')], 1, 1],
])('%j exits with %i, and in a bisection with %i', (ends, code, inBisection) => {
  expect(exitCodeOf(ends)).toBe(code)
  expect(bisectExitCode(ends)).toBe(inBisection)
})

const unbuilt = (label: string) => new BuildError({ label, text: '.' }, 'undefined: x')

it.each<[Error, usual: number, code: number, inBisection: number]>([
  [unbuilt('--a'), 1, 4, 128],
  [unbuilt('--b'), 1, 4, 125],
  [new DaprPerfError('disk full'), 1, 4, 128],
  [new TypeError('unforeseen'), 1, 4, 128],
  [new InputError('no such case'), 2, 2, 128],
  [new InterruptedError('Ctrl+C'), 130, 130, 130],
])(
  '%s before the first case, elsewhere %i, exits with %i, and in a bisection with %i',
  (error, usual, code, inBisection) => {
    expect(errorExitCode(error, usual, false)).toBe(code)
    expect(errorExitCode(error, usual, true)).toBe(inBisection)
  },
)
