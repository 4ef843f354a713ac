import { expect, test } from 'vitest'
import { ProgressDisplay } from '../src/run/progress-display.js'

function shownAt(terminal: { isTTY: boolean; columns: number }) {
  let written = ''
  const stream = { ...terminal, write: (text: string) => (written += text) } as unknown as NodeJS.WriteStream
  using display = new ProgressDisplay(stream)
  display.report({ kind: 'step', what: 'starting testapp' })
  display.report({ kind: 'load', what: 'dapr load', seconds: 10 })
  return written
}

test.each([
  ['that is no terminal', { isTTY: false, columns: 80 }],
  ['that is a terminal without a width', { isTTY: true, columns: 0 }],
])('an output %s gets plain lines', (_, terminal) => {
  expect(shownAt(terminal)).toBe('starting testapp\ndapr load (10 s)\n')
})
