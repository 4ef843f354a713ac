import { expect, it, vi } from 'vitest'
import { DaprPerfError, describeError, InputError, InterruptedError } from '../src/index.js'

it('an error is an instance of its classes, and of no others', () => {
  const error = new InputError('qps=many', { cause: 'x' })
  expect(error).toBeInstanceOf(InputError)
  expect(error).toBeInstanceOf(DaprPerfError)
  expect(error).not.toBeInstanceOf(InterruptedError)
  expect(error).toMatchObject({ name: 'InputError', message: 'qps=many', cause: 'x' })
  for (const other of [new Error('x'), undefined, null, 'text'])
    expect(other instanceof DaprPerfError).toBe(false)
})

it('an error of another copy of this package is one as well', async () => {
  vi.resetModules()
  const copy = await import('../src/index.js')
  expect(copy.InputError).not.toBe(InputError)
  const error: unknown = new copy.InputError('x')
  expect(error instanceof InputError).toBe(true)
  expect(error instanceof DaprPerfError).toBe(true)
  expect(error instanceof InterruptedError).toBe(false)
})

it('an error that nobody expected is shown with the lines of code it came from, and no library', () => {
  const parse = () => JSON.parse('{')
  const unexpected = (() => {
    try {
      return parse()
    } catch (error) {
      return error
    }
  })()
  const [message, ...lines] = describeError(unexpected).split('\n')
  expect(message).toMatch(/^SyntaxError: /)
  expect(lines.slice(0, 2).join()).toMatch(/errors\.test\.ts:\d+:\d+/)
  expect(lines.join()).not.toContain('node_modules')
})

it.each([
  [new InputError('qps=many'), 'qps=many'],
  [Object.assign(new Error('no stack'), { stack: undefined }), 'no stack'],
  ['a text', 'a text'],
  [undefined, 'undefined'],
])('%s is shown as %s', (error, text) => {
  expect(describeError(error)).toBe(text)
})
