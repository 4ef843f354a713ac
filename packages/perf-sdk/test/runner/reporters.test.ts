import { setImmediate } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import type { Reporter } from '../../src/runner/reporter.js'
import { Reporters } from '../../src/runner/reporters.js'

const info = { runId: 'r', folder: '/r', cases: ['a'] }

it('each reporter is told of the start, the events and the end of a run', async () => {
  const told: string[] = []
  const reporter = (name: string): Reporter => ({
    onRunStart: ({ runId }) => void told.push(`${name} start ${runId}`),
    onEvent: ({ what }) => void told.push(`${name} ${what}`),
    onRunEnd: async () => void told.push(`${name} end`),
  })
  const reporters = new Reporters([reporter('a'), reporter('b')])
  await reporters.runStart(info)
  reporters.event({ kind: 'note', what: 'hello' })
  await reporters.runEnd(info, [])
  expect(told).toEqual(['a start r', 'b start r', 'a hello', 'b hello', 'a end', 'b end'])
})

it('one that throws stops neither the run nor the others, and its error is the one of the end', async () => {
  const told: string[] = []
  const broken: Reporter = {
    onEvent: () => {
      throw new Error('no terminal')
    },
    onRunEnd: () => void told.push('broken end'),
  }
  const reporters = new Reporters([broken, { onEvent: ({ what }) => void told.push(what) }])
  reporters.event({ kind: 'note', what: 'hello' })
  reporters.event({ kind: 'note', what: 'again' })
  await expect(reporters.runEnd(info, [])).rejects.toThrow('no terminal')
  expect(told).toEqual(['hello', 'again'])
})

it('one whose onEvent rejects stops neither the run nor the others, and its error is the one of the end', async () => {
  const told: string[] = []
  const unhandled: unknown[] = []
  const onUnhandled = (error: unknown) => void unhandled.push(error)
  const others = process.rawListeners('unhandledRejection') as NodeJS.UnhandledRejectionListener[]
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', onUnhandled)
  onTestFinished(() => {
    process.removeAllListeners('unhandledRejection')
    for (const listener of others) process.on('unhandledRejection', listener)
  })
  const broken: Reporter = {
    onEvent: async ({ what }) => {
      told.push(`broken ${what}`)
      throw new Error('disk full')
    },
    onRunEnd: () => void told.push('broken end'),
  }
  const reporters = new Reporters([broken, { onEvent: ({ what }) => void told.push(what) }])
  reporters.event({ kind: 'note', what: 'hello' })
  await setImmediate()
  reporters.event({ kind: 'note', what: 'again' })
  await expect(reporters.runEnd(info, [])).rejects.toThrow('disk full')
  expect(told).toEqual(['broken hello', 'hello', 'again'])
  expect(unhandled).toEqual([])
})
