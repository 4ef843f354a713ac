import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { RunEvent } from '../../src/model/event.js'
import { reportOverdue } from '../../src/runner/overdue.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('a load is reported as overdue every 10 s, from 10 s after it should have ended until it ends', () => {
  const notes: string[] = []
  const overdue = reportOverdue(
    'dapr load',
    60,
    (event: RunEvent) => void (event.kind === 'note' && notes.push(event.what)),
  )
  vi.advanceTimersByTime(69_000)
  expect(notes).toEqual([])
  vi.advanceTimersByTime(11_000)
  expect(notes).toEqual([
    'dapr load: no result yet, 10 s after it should have ended',
    'dapr load: no result yet, 20 s after it should have ended',
  ])
  overdue[Symbol.dispose]()
  vi.advanceTimersByTime(60_000)
  expect(notes).toHaveLength(2)
})
