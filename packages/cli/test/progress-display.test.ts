import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import type { RunEvent } from 'perf-sdk/runner'
import { expect, test, vi } from 'vitest'
import { ProgressDisplay } from '../src/terminal/progress-display.js'

/** An output, and what was written to it since the last look. */
function output(terminal: { isTTY: boolean; columns?: number } = { isTTY: true, columns: 80 }) {
  const methods = { cursorTo: () => true, clearLine: () => true, moveCursor: () => true }
  const stream = Object.assign(new PassThrough(), methods, terminal) as unknown as NodeJS.WriteStream
  let text = ''
  stream.on('data', (more) => {
    text += more
  })
  const written = () => {
    const since = text
    text = ''
    return since
  }
  return { stream, written }
}

/** Shows a run's beginning on an output. @returns what was written until the load began, and all of it */
function shownAt(terminal: { isTTY: boolean; columns: number }) {
  const { stream, written } = output(terminal)
  using display = new ProgressDisplay(stream)
  display.report({ kind: 'step', what: 'starting testapp' })
  display.report({ kind: 'note', what: 'Adding app testapp' })
  const below = written()
  display.report({ kind: 'load', what: 'load', variant: 'dapr', seconds: 10 })
  return { below, all: below + written() }
}

test.each([
  ['that is no terminal', { isTTY: false, columns: 80 }],
  ['that is a terminal without a width', { isTTY: true, columns: 0 }],
])('an output %s gets plain lines', (_, terminal) => {
  expect(shownAt(terminal).all).toBe('starting testapp\nAdding app testapp\ndapr load (10 s)\n')
})

test('an output that is no terminal is told every 10 s what goes on, until it has ended', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  const { stream, written } = output({ isTTY: false })
  const display = new ProgressDisplay(stream)
  display.report({ kind: 'step', what: 'starting testapp' })
  vi.advanceTimersByTime(9_000)
  display.report({ kind: 'note', what: 'Adding app testapp' })
  vi.advanceTimersByTime(12_000)
  display.report({ kind: 'load', what: 'load', variant: 'dapr', seconds: 15 })
  vi.advanceTimersByTime(15_000)
  display[Symbol.dispose]()
  vi.advanceTimersByTime(60_000)
  vi.useRealTimers()
  expect(written().split('\n')).toEqual([
    'starting testapp',
    'Adding app testapp',
    '… starting testapp: 10 s so far',
    '… starting testapp: 20 s so far',
    'dapr load (15 s)',
    '… dapr load: 10 s so far',
    '',
  ])
})

test('at a terminal a step goes on below the notes that come meanwhile', () => {
  vi.stubEnv('CI', undefined)
  vi.stubEnv('TERM', 'xterm')
  const lines = stripVTControlCharacters(shownAt({ isTTY: true, columns: 80 }).below).split('\n')
  vi.unstubAllEnvs()
  expect(lines.slice(-3)).toEqual([
    expect.stringMatching(/· starting testapp$/),
    'Adding app testapp',
    expect.stringMatching(/ starting testapp$/),
  ])
})

test.each([
  ['goes on below a note', {}, /^[^✗✓]*a note\n[^✗✓]*✓ dapr load \(10 s\)\n[^✗✓]*$/],
  [
    'that fails is marked, above the note that says why',
    { isEnd: true },
    /^[^✗✓]*✗ dapr load \(10 s\)\na note\n[^✗✓]*$/,
  ],
])('at a terminal a load %s', (_, more, shown) => {
  vi.stubEnv('CI', undefined)
  vi.stubEnv('TERM', 'xterm')
  const { stream, written } = output()
  using display = new ProgressDisplay(stream)
  display.report({ kind: 'load', what: 'load', variant: 'dapr', seconds: 10 })
  display.report({ kind: 'note', what: 'a note', ...more })
  display.report({ kind: 'step', what: 'tearing down' })
  vi.unstubAllEnvs()
  expect(stripVTControlCharacters(written())).toMatch(shown)
})

const changes = [{ metric: 'p50', estimate: 0.031, interval: { low: 0.022, high: 0.0404 } }]
const blocks = { kind: 'blocks', case: 'one', done: 3, total: 40, secondsLeft: 126.4, changes } as const
const waiting = { kind: 'step', what: "waiting for tester's sidecar", block: 4, variant: 'b' } as const

test('blocks are shown with the time left and the last answers, and what goes on in one only if it takes long', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  const { stream, written } = output({ isTTY: false, columns: 80 })
  using display = new ProgressDisplay(stream)
  display.report({ ...blocks, done: 0, changes: [] })
  display.report(blocks)
  display.report({ ...waiting, block: 0 })
  vi.advanceTimersByTime(11_000)
  display.report(waiting)
  display.report({ kind: 'load', what: 'dapr load', seconds: 1, block: 4, variant: 'a' })
  vi.advanceTimersByTime(11_000)
  display.report({ kind: 'note', what: 'a note', block: 4 })
  vi.useRealTimers()
  expect(written().split('\n').slice(0, -1)).toEqual([
    'one: blocks 0 of 40, at most 2:07 left',
    'one: blocks 3 of 40, at most 2:07 left, p50 +3.1 % (2.2 to 4.0 %)',
    "… trial block: variant B: waiting for tester's sidecar: 10 s so far",
    '… block 4: variant A: dapr load: 10 s so far',
    'block 4: a note',
  ])
})

test('at a terminal what goes on in a block stands beside the bar of all blocks', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  const { stream, written } = output({ isTTY: true, columns: 200 })
  const drawnAfter = (event: RunEvent) => {
    written()
    display.report(event)
    vi.advanceTimersByTime(1_000)
    return stripVTControlCharacters(written())
  }
  using display = new ProgressDisplay(stream)
  drawnAfter(blocks)
  expect(drawnAfter(waiting)).toMatch(
    /blocks 3 of 40 .* 2:07 left.* block 4: variant B: waiting for tester's sidecar/,
  )
  const note = { kind: 'note', what: 'a note', block: 4, variant: 'b' } as const
  expect(drawnAfter(note)).toMatch(/block 4: variant B: a note\n.*blocks 3 of 40 /)
  expect(drawnAfter({ ...blocks, done: 4 })).toMatch(/blocks 4 of 40 [^:]* 2:07 left, p50[^:]*$/)
  vi.useRealTimers()
})
