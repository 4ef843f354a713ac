import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type MakeLoad, RunningLoad } from '../src/running-load.js'

const gracePeriod = 15_000

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

/** A load that goes on until it is stopped. */
const endless: MakeLoad = (signal) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

/** A caller who can go away. */
function newCaller(load: RunningLoad) {
  const response = new PassThrough()
  load.addCaller(response as unknown as ServerResponse)
  return { leave: () => new Promise((resolve) => response.once('close', resolve).destroy()) }
}

test('is stopped when nobody has waited for it for the grace period', async () => {
  const load = new RunningLoad(endless, 'a', gracePeriod)
  await newCaller(load).leave()
  vi.advanceTimersByTime(gracePeriod - 1)
  expect(load.running).toBe(true)
  vi.advanceTimersByTime(1)
  await expect(load.output).rejects.toThrow('stopped, nobody waited for its result for 15000 ms')
  expect(load.running).toBe(false)
})

test('goes on where a caller comes back within the grace period', async () => {
  const load = new RunningLoad(endless, 'a', gracePeriod)
  await newCaller(load).leave()
  vi.advanceTimersByTime(gracePeriod - 1)
  newCaller(load)
  vi.advanceTimersByTime(10 * gracePeriod)
  expect(load.running).toBe(true)
  load.stop('enough')
  await expect(load.output).rejects.toThrow('enough')
})

test('goes on while one of two callers is there', async () => {
  const load = new RunningLoad(endless, 'a', gracePeriod)
  const [first, second] = [newCaller(load), newCaller(load)]
  await first.leave()
  vi.advanceTimersByTime(10 * gracePeriod)
  expect(load.running).toBe(true)
  await second.leave()
  vi.advanceTimersByTime(gracePeriod)
  await expect(load.output).rejects.toThrow('nobody waited')
})

test('without an id is stopped as soon as its caller goes away', async () => {
  const load = new RunningLoad(endless, undefined, 0)
  await newCaller(load).leave()
  vi.advanceTimersByTime(0)
  await expect(load.output).rejects.toThrow('stopped, its caller disconnected')
})

test('that is over is not stopped any more', async () => {
  const events = new EventEmitter()
  const load = new RunningLoad(
    () => new Promise((resolve) => events.once('end', () => resolve({ result: Buffer.from('{}') }))),
    'a',
    gracePeriod,
  )
  const caller = newCaller(load)
  events.emit('end')
  expect((await load.output).result.toString()).toBe('{}')
  await caller.leave()
  vi.advanceTimersByTime(10 * gracePeriod)
  expect((await load.output).result.toString()).toBe('{}')
})
