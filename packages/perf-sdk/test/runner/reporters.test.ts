import { expect, it } from 'vitest'
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
