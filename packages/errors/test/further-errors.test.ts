import { describe, expect, it } from 'vitest'
import { DaprPerfError, describeError, endAfter, keepFurther, VariantError } from '../src/index.js'

const failsWith = (error: unknown) => () => Promise.reject(error)

/** What is thrown in the end. */
const thrown = (failure: unknown, end: () => PromiseLike<unknown>) =>
  endAfter(failure, end).catch((error) => error)

describe('an error in ending something after a failure', () => {
  it('does not replace the failure, and is told after it', async () => {
    const failure = new DaprPerfError('the load broke')
    const error = await thrown(failure, failsWith(new DaprPerfError('no connection')))
    expect(error).toBe(failure)
    expect(error.message).toBe('the load broke')
    expect(describeError(error)).toBe('the load broke\nAfter that, this failed, too: no connection')
  })

  it('is told with those before it, also by an error that was made of the failure', async () => {
    const first = await thrown(new DaprPerfError('it broke'), failsWith(new DaprPerfError('one')))
    const second = await thrown(first, failsWith('two'))
    const of = new VariantError('b', second.message, { cause: second })
    const third = await thrown(of, failsWith(new DaprPerfError('three')))
    expect(describeError(third).split('\n')).toEqual([
      'variant b: it broke',
      ...['one', 'two', 'three'].map((text) => `After that, this failed, too: ${text}`),
    ])
  })

  it.each([
    [
      'is thrown at once',
      () => {
        throw new DaprPerfError('no connection')
      },
    ],
    ['is rejected', failsWith(new DaprPerfError('no connection'))],
  ])('is kept where it %s', async (_, end) => {
    expect(describeError(await thrown(new DaprPerfError('it broke'), end))).toContain('no connection')
  })

  it('is not told where it is the failure itself, such as the reason of a signal', async () => {
    const failure = new DaprPerfError('interrupted')
    expect(describeError(await thrown(failure, failsWith(failure)))).toBe('interrupted')
  })

  it.each([['a text'], [undefined], [Object.freeze(new DaprPerfError('frozen'))]])(
    'leaves a failure that can keep nothing as it is: %s',
    async (failure) => {
      expect(await thrown(failure, failsWith(new DaprPerfError('no connection')))).toBe(failure)
    },
  )
})

it('where ending succeeds, the failure is told alone', async () => {
  expect(describeError(await thrown(new DaprPerfError('it broke'), async () => {}))).toBe('it broke')
})

it('an error that is shown in the place of another one has what failed after that', async () => {
  const broken = await endAfter(new DaprPerfError('a broken connection'), () =>
    Promise.reject(new DaprPerfError('it can not be removed')),
  ).catch((error) => error)
  const died = new DaprPerfError('testapp was killed')
  keepFurther(died, broken)
  keepFurther(died, died)
  expect(describeError(died)).toBe('testapp was killed\nAfter that, this failed, too: it can not be removed')
})
