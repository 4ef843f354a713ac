import { DaprPerfError } from '@dapr-perf/errors'
import { expect, it } from 'vitest'
import { type Undo, UndoList } from '../../src/runner/undo.js'

/** A list of steps, and what was undone. */
function newList() {
  const list = new UndoList()
  const undone: string[] = []
  const step =
    (name: string, then: Undo = async () => {}): Undo =>
    async (signal) => {
      await then(signal)
      undone.push(name)
    }
  return { list, undone, step }
}

it('the last step is undone first, and one that fails keeps none of the others', async () => {
  const { list, undone, step } = newList()
  list.add(step('first'))
  list.add(() => Promise.reject(new Error('it broke')))
  list.add(() => {
    throw new Error('it broke')
  })
  list.add(step('last'))
  await list.undoAll()
  expect(undone).toEqual(['last', 'first'])
})

it.each(['the only', 'another'])(
  'a step that is added while %s one is undone is refused, and undone all the same',
  async (which) => {
    const { list, undone, step } = newList()
    if (which === 'another') list.add(step('first'))
    const add = () => list.add(step('late'))
    list.add(step('last', async () => expect(add).toThrow(DaprPerfError)))
    await list.undoAll()
    expect(undone).toEqual(['last', 'late', ...(which === 'another' ? ['first'] : [])])
  },
)

it.each([0, 2])('a step that is added after %i steps were undone is refused', async (count) => {
  const { list, undone, step } = newList()
  for (let number = 0; number < count; number++) list.add(step('early'))
  await list.undoAll()
  expect(() => list.add(step('late'))).toThrow('await all that they start')
  expect(undone).toEqual(Array(count).fill('early'))
})
