import { expect, it } from 'vitest'
import { firstVariant, startingWith } from '../../src/ab/order.js'

const orders = (seed: string, purpose: 'start' | 'load') =>
  Array.from({ length: 200 }, (_, block) => firstVariant(seed, block, purpose))

it('the same seed gives the same orders, another one gives others', () => {
  expect(orders('x', 'start')).toEqual(orders('x', 'start'))
  expect(orders('x', 'start')).not.toEqual(orders('y', 'start'))
})

it('each variant is first in about half of the blocks, in the starts and in the loads, independently', () => {
  const [starts, loads] = [orders('x', 'start'), orders('x', 'load')]
  const share = (list: string[]) => list.filter((name) => name === 'a').length / list.length
  for (const list of [starts, loads])
    expect(share(list)).toSatisfy((one: number) => Math.abs(one - 0.5) < 0.15)
  const alike = starts.filter((name, block) => name === loads[block]).length / starts.length
  expect(Math.abs(alike - 0.5)).toBeLessThan(0.15)
})

it('the other variant follows', () => {
  expect(startingWith('a')).toEqual(['a', 'b'])
  expect(startingWith('b')).toEqual(['b', 'a'])
})
