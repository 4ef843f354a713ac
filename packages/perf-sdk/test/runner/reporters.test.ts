import { expect, it, onTestFinished, vi } from 'vitest'
import type { RunEvent } from '../../src/model/event.js'
import type { Reporter } from '../../src/runner/reporter.js'
import { Reporters } from '../../src/runner/reporters.js'

const whatOf = (event: RunEvent) => (event.kind === 'blocks' ? event.kind : event.what)
const info = { runId: 'r', folder: '/r', cases: ['a'] }

it('each reporter is told of the start, the events and the end of a run', async () => {
  const told: string[] = []
  const reporter = (name: string): Reporter => ({
    onRunStart: ({ runId }) => void told.push(`${name} start ${runId}`),
    onEvent: (event) => void told.push(`${name} ${whatOf(event)}`),
    onRunEnd: async () => void told.push(`${name} end`),
  })
  const reporters = new Reporters([reporter('a'), reporter('b')])
  await reporters.runStart(info)
  reporters.event({ kind: 'note', what: 'hello' })
  await reporters.runEnd(info, [])
  expect(told).toEqual(['a start r', 'b start r', 'a hello', 'b hello', 'a end', 'b end'])
})

/** Reporters of which one fails, and what the other one is told. */
function withBroken(broken: Reporter) {
  const told: string[] = []
  return { told, reporters: new Reporters([broken, { onEvent: (event) => void told.push(whatOf(event)) }]) }
}

it('one that throws is told nothing more; the others are told of it, and go on', async () => {
  const end = vi.fn()
  const onEvent = () => {
    throw new Error('no terminal')
  }
  const { told, reporters } = withBroken({ onEvent, onRunEnd: end })
  reporters.event({ kind: 'note', what: 'hello' })
  reporters.event({ kind: 'note', what: 'again' })
  await reporters.runEnd(info, [])
  expect(told).toEqual(['a reporter failed, and is told nothing more: no terminal', 'hello', 'again'])
  expect(end).not.toHaveBeenCalled()
})

it('one whose onEvent rejects is told nothing more, and is no unhandled rejection', async () => {
  const unhandled: unknown[] = []
  const onUnhandled = (error: unknown) => void unhandled.push(error)
  const others = process.rawListeners('unhandledRejection') as NodeJS.UnhandledRejectionListener[]
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', onUnhandled)
  onTestFinished(() => {
    process.removeAllListeners('unhandledRejection')
    for (const listener of others) process.on('unhandledRejection', listener)
  })
  const onEvent = vi.fn().mockRejectedValue(new Error('disk full'))
  const { told, reporters } = withBroken({ onEvent })
  reporters.event({ kind: 'note', what: 'hello' })
  await vi.waitFor(() => expect(told).toHaveLength(2))
  reporters.event({ kind: 'note', what: 'again' })
  expect(told).toEqual(['hello', 'a reporter failed, and is told nothing more: disk full', 'again'])
  expect(onEvent).toHaveBeenCalledOnce()
  expect(unhandled).toEqual([])
})

it('one that has not come back after 5 s keeps nothing waiting any longer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { told, reporters } = withBroken({ onRunStart: () => new Promise<void>(() => {}) })
  const started = reporters.runStart(info)
  await vi.advanceTimersByTimeAsync(4_999)
  expect(told).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  await started
  expect(told).toEqual(['a reporter failed, and is told nothing more: not finished after 5 s'])
})

it('without another reporter, the process itself warns of one that failed', async () => {
  const warn = vi.fn()
  const onRunEnd = async () => {
    throw new Error('disk full')
  }
  await new Reporters([{ onRunEnd }], warn).runEnd(info, [])
  expect(warn).toHaveBeenCalledExactlyOnceWith('a reporter failed, and is told nothing more: disk full')
})
