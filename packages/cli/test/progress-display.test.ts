import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { expect, test, vi } from 'vitest'
import { ProgressDisplay } from '../src/terminal/progress-display.js'

function outputTo(
  write: (text: string) => void,
  terminal = { isTTY: true, columns: 80 },
): NodeJS.WriteStream {
  const methods = { cursorTo: () => true, clearLine: () => true, moveCursor: () => true }
  const stream = Object.assign(new PassThrough(), methods, terminal) as unknown as NodeJS.WriteStream
  stream.on('data', write)
  return stream
}

/** Shows a run's beginning on an output. @returns what was written until the load began */
function shownAt(terminal: { isTTY: boolean; columns: number }) {
  let written = ''
  const stream = outputTo((text) => {
    written += text
  }, terminal)
  using display = new ProgressDisplay(stream)
  display.report({ kind: 'step', what: 'starting testapp' })
  display.report({ kind: 'note', what: 'Adding app testapp' })
  const below = written
  display.report({ kind: 'load', what: 'dapr load', seconds: 10 })
  return { below, written }
}

test.each([
  ['that is no terminal', { isTTY: false, columns: 80 }],
  ['that is a terminal without a width', { isTTY: true, columns: 0 }],
])('an output %s gets plain lines', (_, terminal) => {
  expect(shownAt(terminal).written).toBe('starting testapp\nAdding app testapp\ndapr load (10 s)\n')
})

test('an output that is no terminal is told every 10 s what goes on, until it has ended', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  let written = ''
  const stream = Object.assign(new PassThrough(), { isTTY: false }) as unknown as NodeJS.WriteStream
  stream.on('data', (text) => {
    written += text
  })
  const display = new ProgressDisplay(stream)
  display.report({ kind: 'step', what: 'starting testapp' })
  vi.advanceTimersByTime(9_000)
  display.report({ kind: 'note', what: 'Adding app testapp' })
  vi.advanceTimersByTime(12_000)
  display.report({ kind: 'load', what: 'dapr load', seconds: 15 })
  vi.advanceTimersByTime(15_000)
  display[Symbol.dispose]()
  vi.advanceTimersByTime(60_000)
  vi.useRealTimers()
  expect(written.split('\n')).toEqual([
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
  let written = ''
  const stream = outputTo((text) => {
    written += text
  })
  using display = new ProgressDisplay(stream)
  display.report({ kind: 'load', what: 'dapr load', seconds: 10 })
  display.report({ kind: 'note', what: 'a note', ...more })
  display.report({ kind: 'step', what: 'tearing down' })
  vi.unstubAllEnvs()
  expect(stripVTControlCharacters(written)).toMatch(shown)
})
